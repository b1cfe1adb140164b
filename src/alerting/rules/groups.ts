import { refuse } from './refuse'

/** Patterns of devices by the name of the group. */
export type Groups = Readonly<Record<string, readonly string[]>>

export const MOST_GROUPS = 200
/** So no group is one of its own. */
export const DEEPEST_GROUP = 3
export const MOST_PATTERNS = 1000
export const LONGEST_PATTERN = 128
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u

/** What a pattern names when it begins with `@`, behind `!` as well; undefined for all other patterns. */
export function groupNamed(pattern: string): string | undefined {
  const meant = pattern.startsWith('!') ? pattern.slice(1) : pattern
  return meant.startsWith('@') ? meant.slice(1) : undefined
}

/** The patterns of a group; undefined where there is no such group. */
export function patternsOf(groups: Groups, name: string): readonly string[] | undefined {
  return Object.hasOwn(groups, name) ? groups[name] : undefined
}

/**
 * Groups as a person has written them; a group may hold other groups.
 * @throws MonitorError `CONFIG_INVALID` naming the path such as `groups.kitchen[2]`, the value and what is allowed
 */
export function parseGroups(given: unknown, where = 'groups'): Groups {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    refuse(where, given, 'an object with a list of devices for each group')
  }
  const entries = Object.entries(given as Record<string, unknown>)
  if (entries.length > MOST_GROUPS) {
    refuse(where, `${entries.length} groups`, `at most ${MOST_GROUPS} groups`)
  }
  const groups: Groups = Object.fromEntries(entries.map(([name, patterns]) => parseGroup(name, patterns, where)))
  for (const [name, patterns] of Object.entries(groups)) {
    checkGroupsOf(patterns, groups, `${where}.${name}`)
    checkDepth(groups, name, [], `${where}.${name}`)
  }
  return groups
}

function parseGroup(name: string, patterns: unknown, where: string): [string, string[]] {
  if (!NAME.test(name)) {
    refuse(where, name, 'names of at most 64 letters, digits, spaces, _ . and -')
  }
  if (!Array.isArray(patterns) || patterns.length === 0 || patterns.length > MOST_PATTERNS) {
    refuse(`${where}.${name}`, patterns, `a list of 1 to ${MOST_PATTERNS} devices`)
  }
  const texts = Array.from<unknown, string>(patterns, (pattern, index) => {
    if (typeof pattern === 'string' && pattern !== '' && pattern.length <= LONGEST_PATTERN) return pattern
    refuse(`${where}.${name}[${index}]`, pattern, `text of 1 to ${LONGEST_PATTERN} characters`)
  })
  return [name, texts]
}

/** @throws MonitorError `CONFIG_INVALID` naming the pattern whose group is not there */
export function checkGroupsOf(patterns: readonly string[], groups: Groups, at: string): void {
  for (const [index, pattern] of patterns.entries()) {
    const name = groupNamed(pattern)
    if (name === undefined || patternsOf(groups, name) !== undefined) continue
    const names = Object.keys(groups).map((group) => `@${group}`)
    const range = names.length === 0 ? 'no group; this node has none' : `one of the groups ${names.join(', ')}`
    refuse(`${at}[${index}]`, pattern, range)
  }
}

function checkDepth(groups: Groups, name: string, within: readonly string[], at: string): void {
  const path = [...within, name]
  if (path.length > DEEPEST_GROUP) {
    refuse(at, path.join(' > '), `at most ${DEEPEST_GROUP} groups in one another, none in itself`)
  }
  const inner = new Set(patternsOf(groups, name)?.map(groupNamed))
  for (const each of inner) if (each !== undefined) checkDepth(groups, each, path, at)
}
