import { refuse } from './refuse'

const LONGEST = 60

/**
 * The id of each rule: its own, or one made from its name, or `rule-3` for the third. It is the same whenever the same
 * rules are given.
 * @throws MonitorError `CONFIG_INVALID` naming the second of two with the same id
 */
export function idsOf(rules: readonly { readonly id?: string; readonly name?: string }[], where: string): string[] {
  const taken = new Map<string, number>()
  for (const [index, { id }] of rules.entries()) {
    if (id === undefined) continue
    const other = taken.get(id)
    if (other !== undefined) {
      refuse(`${where}[${index}].id`, id, `an id of its own; ${where}[${other}] has this one`)
    }
    taken.set(id, index)
  }
  return rules.map(({ id, name }, index) => {
    if (id !== undefined) return id
    const made = freeId(fromName(name ?? '') || `rule-${index + 1}`, taken)
    taken.set(made, index)
    return made
  })
}

/** `Küche: too hot` as `kuche-too-hot`. */
function fromName(name: string): string {
  const letters = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = letters.split(/[^a-z0-9]+/).filter((word) => word !== '')
  return words.join('-').slice(0, LONGEST)
}

function freeId(id: string, taken: ReadonlyMap<string, number>): string {
  if (!taken.has(id)) return id
  let count = 2
  while (taken.has(`${id}-${count}`)) count++
  return `${id}-${count}`
}
