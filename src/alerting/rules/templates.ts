import { refuse } from './refuse'

/** What a template may name, between double braces, and what stands there then; nothing where it is not known. */
export const PLACEHOLDERS = {
  name: 'the alias of the device, or the name of the topic or group',
  device_id: 'its id',
  rule: 'the name of the rule',
  severity: 'info, warning or critical',
  value: 'the value, without its unit',
  unit: 'the unit of the value',
  threshold: 'what the value is compared with, without its unit',
  highest: 'the highest value while it lasted',
  lowest: 'the lowest value while it lasted',
  since: 'since when it has been so, such as 14:05',
  duration: 'how long it has been so, such as 1 h 3 min',
  members: 'the devices, where many are one incident',
  acknowledged_by: 'who has acknowledged it',
  energy_kwh: 'the energy of a run or period',
  duration_s: 'how long an appliance has run, in seconds',
  limit_kwh: 'the limit of the energy',
  cost: 'what the energy of a period costs',
  limit: 'the limit of the cost',
  currency: 'the currency of the cost',
  step_pct: 'the step that is reached, in per cent of the limit',
  used_pct: 'how much is used, in per cent of the limit',
} as const

export type Placeholder = keyof typeof PLACEHOLDERS

/** A label of the rule: `{{labels.room}}`. */
const LABEL = 'labels.'
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g

/** The template with what `contentOf` gives for each name; what it gives is not looked at again. */
export function expand(template: string, contentOf: (name: Placeholder) => string, labels: Labels): string {
  return template.replace(PLACEHOLDER, (whole, inner: string) => {
    const name = inner.trim()
    if (isPlaceholder(name)) return contentOf(name)
    return labelNamed(name, labels) ?? whole
  })
}

/** @throws MonitorError `CONFIG_INVALID` with the first name that is none, and those that there are */
export function checkTemplate(template: string, labels: Labels, at: string): void {
  for (const [whole, inner = ''] of template.matchAll(PLACEHOLDER)) {
    const name = inner.trim()
    if (isPlaceholder(name) || labelNamed(name, labels) !== undefined) continue
    refuse(at, whole, `{{}} with one of ${namesWith(labels).join(', ')}`)
  }
  const left = template.replace(PLACEHOLDER, ' ')
  const brace = left.search(/\{\{|\}\}/)
  if (brace >= 0) refuse(at, left.slice(brace, brace + 20), 'every {{name}} with both of its braces')
}

type Labels = Readonly<Record<string, string>>

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(PLACEHOLDERS, name)
}

function labelNamed(name: string, labels: Labels): string | undefined {
  if (!name.startsWith(LABEL)) return undefined
  const label = name.slice(LABEL.length)
  return Object.hasOwn(labels, label) ? labels[label] : undefined
}

function namesWith(labels: Labels): string[] {
  return [...Object.keys(PLACEHOLDERS), ...Object.keys(labels).map((label) => LABEL + label)]
}
