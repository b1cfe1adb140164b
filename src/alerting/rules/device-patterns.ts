import { matcherOf } from '../../domain/wildcards'
import type { Subject } from '../watching/subject'
import { DEEPEST_GROUP, groupNamed, type Groups, patternsOf } from './groups'

type Named = Pick<Subject, 'id' | 'alias' | 'parent_id'>
export type DeviceMatcher = (subject: Named) => boolean

/**
 * Whether a device or topic is meant by one of the patterns, and by none that begins with `!`; where all do, every other one
 * is meant. A pattern is compared with id and strip as they are, with the alias without regard to case; `*` stands for any
 * text, `@name` for what a group means, and for nothing where there is no such group.
 */
export function deviceMatcher(patterns: readonly string[], groups: Groups, depth = 0): DeviceMatcher {
  const included = patterns.filter((pattern) => !pattern.startsWith('!'))
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const isIncluded = included.length === 0 && excluded.length > 0 ? everything : anyOf(included, groups, depth)
  if (excluded.length === 0) return isIncluded
  const isExcluded = anyOf(excluded, groups, depth)
  return (subject) => isIncluded(subject) && !isExcluded(subject)
}

/** The ids and aliases that are named without `*`, in groups as well: who has them is expected to be there. */
export function exactNames(patterns: readonly string[], groups: Groups): string[] {
  const isMeant = deviceMatcher(patterns, groups)
  const names = new Set(namesIn(patterns, groups, 0))
  return [...names].filter((name) => isMeant({ id: name, alias: name, parent_id: undefined }))
}

function namesIn(patterns: readonly string[], groups: Groups, depth: number): string[] {
  return patterns.flatMap((pattern) => {
    if (pattern.startsWith('!')) return []
    const group = groupNamed(pattern)
    if (group !== undefined)
      return depth < DEEPEST_GROUP ? namesIn(patternsOf(groups, group) ?? [], groups, depth + 1) : []
    return pattern.includes('*') ? [] : [pattern]
  })
}

function everything(): boolean {
  return true
}

/** Names without `*` are looked up, because a rule may name hundreds of devices; the others are tried in turn. */
function anyOf(patterns: readonly string[], groups: Groups, depth: number): DeviceMatcher {
  const single = patterns.filter((pattern) => groupNamed(pattern) === undefined)
  if (single.some((pattern) => /^\*+$/.test(pattern))) return everything
  const names = new Set(single.filter((pattern) => !pattern.includes('*')))
  const aliases = new Set([...names].map(foldCase))
  const others = patterns
    .filter((pattern) => !names.has(pattern))
    .map((pattern) => matcherOfOne(pattern, groups, depth))
  return (subject) => {
    const { id, alias, parent_id } = subject
    if (names.has(id) || (parent_id !== undefined && names.has(parent_id)) || aliases.has(foldCase(alias))) return true
    return others.some((matches) => matches(subject))
  }
}

function matcherOfOne(pattern: string, groups: Groups, depth: number): DeviceMatcher {
  const group = groupNamed(pattern)
  if (group !== undefined) {
    return depth < DEEPEST_GROUP ? deviceMatcher(patternsOf(groups, group) ?? [], groups, depth + 1) : () => false
  }
  const matches = matcherOf(pattern)
  const matchesAlias = matcherOf(foldCase(pattern))
  return ({ id, alias, parent_id }) =>
    matches(id) || (parent_id !== undefined && matches(parent_id)) || matchesAlias(foldCase(alias))
}

function foldCase(name: string): string {
  return name.toLowerCase()
}
