import type { Incident } from '../../alerting/incidents/incident'
import type { Home, HomeAlerts } from './home-alerts'

export const MOST_RULES_OF_HOME = 100
export const MOST_RULES = 2000

/** The rules that have to leave for one that has come: those that are not open first, of these the oldest. */
export function makeRoom(
  homes: ReadonlyMap<Home, HomeAlerts>,
  home: Home,
  rule_id: string,
): [home: Home, rule_id: string][] {
  const here = homes.get(home)
  if (!here?.rules.has(rule_id)) return []
  const isOther = (entry: Entry): boolean => entry.home !== home || entry.rule_id !== rule_id
  if (here.rules.size > MOST_RULES_OF_HOME) return leastOf(entriesOf(home, here).filter(isOther))
  let count = 0
  for (const { rules } of homes.values()) count += rules.size
  if (count <= MOST_RULES) return []
  return leastOf([...homes].flatMap(([each, alerts]) => entriesOf(each, alerts)).filter(isOther))
}

interface Entry {
  readonly home: Home
  readonly rule_id: string
  readonly isOpen: boolean
  readonly heard_at: number
}

function entriesOf(home: Home, alerts: HomeAlerts): Entry[] {
  const open = new Set(Array.from(alerts.open(), ({ rule_id }) => rule_id))
  return Array.from(alerts.rules, ([rule_id, latest]) => {
    return { home, rule_id, isOpen: open.has(rule_id), heard_at: heardAt(latest) }
  })
}

function heardAt({ raised_at, resolved_at }: Incident): number {
  return resolved_at ?? raised_at
}

function leastOf(entries: readonly Entry[]): [Home, string][] {
  let least: Entry | undefined
  for (const entry of entries) if (least === undefined || isLess(entry, least)) least = entry
  return least === undefined ? [] : [[least.home, least.rule_id]]
}

function isLess(one: Entry, other: Entry): boolean {
  return one.isOpen === other.isOpen ? one.heard_at < other.heard_at : !one.isOpen
}
