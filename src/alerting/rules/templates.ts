/** What a template may name, between double braces, and what stands there then. */
export const PLACEHOLDERS = {
  name: 'the alias of the device, topic or group',
  device_id: 'its id',
  rule: 'the name of the rule',
  severity: 'info, warning or critical',
  value: 'the value, without its unit',
  unit: 'the unit of the value',
  threshold: 'what the value is compared with',
  since: 'since when it has been so',
  duration: 'how long it has been so, such as 1 h 3 min',
  highest: 'the highest value while it lasted',
  lowest: 'the lowest value while it lasted',
  members: 'the devices, where many are one incident',
  acknowledged_by: 'who has acknowledged it',
} as const

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g

export type Placeholder = keyof typeof PLACEHOLDERS

/** The template with what `contentOf` gives for each name; what it gives is not looked at again. */
export function expand(template: string, contentOf: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => contentOf(name.trim()))
}
