import { type Incident, MANY, type StateChange } from '../../alerting/incidents/incident'
import { fingerprintOf } from '../../alerting/incidents/open-incidents'
import { type Home, HomeAlerts } from './home-alerts'
import { RecentRules } from './recent-rules'

/** Beyond it the oldest counts as over: an engine has no more subjects, and a person cannot look at so many. */
export const MOST_OPEN = 10_000

interface Placed {
  readonly incident: Incident
  readonly homes: Set<Home>
}

/** Everything that is open or was, by the pages on which it is shown. */
export class AlertBook {
  private readonly homes = new Map<Home, HomeAlerts>()
  private readonly placed = new Map<string, Placed>()
  private readonly recent = new RecentRules()
  private dirty = new Map<Home, Set<string>>()
  private touched = new Set<Home>()
  private hasNews = false

  constructor(private readonly pageOf: (subject_id: string) => Home) {}

  homeOf(subject_id: string): Home {
    return subject_id === MANY ? undefined : this.pageOf(subject_id)
  }

  at(home: Home): HomeAlerts | undefined {
    return this.homes.get(home)
  }

  open(): Incident[] {
    return Array.from(this.placed.values(), ({ incident }) => incident)
  }

  /** Those that are saved with a page: an incident is on several where many are one. */
  openOf(home: Home): Incident[] {
    const open = this.homes.get(home)?.open() ?? []
    return open.filter(({ device_id }) => this.homeOf(device_id) === home)
  }

  get isDirty(): boolean {
    return this.dirty.size > 0
  }

  /** The pages, and of each the rules, whose states are others than when it was asked last. */
  takeDirty(): ReadonlyMap<Home, ReadonlySet<string>> {
    const { dirty } = this
    this.dirty = new Map()
    return dirty
  }

  /** The pages that have other rules, or rules of other names, than when it was asked last. */
  takeTouched(): ReadonlySet<Home> {
    const { touched } = this
    this.touched = new Set()
    return touched
  }

  /** Whether a rule or an incident has come or gone since it was asked last. */
  takeNews(): boolean {
    const { hasNews } = this
    this.hasNews = false
    return hasNews
  }

  take({ rule_id, device_id, timestamp, incident }: StateChange): void {
    if (incident?.state === 'resolved') return this.end(incident)
    if (incident !== undefined) return this.place(incident, timestamp)
    // It waits, or waits no longer, to be raised: what was open is over, and nobody has told us.
    const before = this.placed.get(fingerprintOf(rule_id, device_id))
    if (before !== undefined) this.end(ended(before.incident))
  }

  /** A subject may have another page than it had. */
  move(device_id: string): void {
    const home = this.homeOf(device_id)
    for (const { incident, homes } of [...this.placed.values()]) {
      const isMember = Object.hasOwn(incident.members ?? {}, device_id)
      if ((isMember || incident.device_id === device_id) && !homes.has(home)) this.place(incident)
    }
    for (const [before, shelf] of [...this.homes]) {
      if (before !== home) for (const latest of shelf.restingOf(device_id)) this.moveRule(latest, before, home)
    }
  }

  /** Neither the subject nor its page is there any longer. */
  remove(device_id: string): void {
    for (const { incident, homes } of [...this.placed.values()]) {
      if (incident.device_id === device_id) this.end(ended(incident))
      else homes.delete(device_id)
    }
    for (const [home, shelf] of [...this.homes]) {
      for (const { rule_id } of shelf.restingOf(device_id)) this.forget(home, rule_id)
    }
    for (const rule_id of this.homes.get(device_id)?.rules.keys() ?? []) this.recent.forget(device_id, rule_id)
    this.homes.delete(device_id)
    this.dirty.delete(device_id)
    this.touched.delete(device_id)
  }

  /** The newest incident of a rule on a page, open or not. */
  learn(home: Home, latest: Incident): void {
    const { rule_id } = latest
    this.recent.hear(home, rule_id)
    this.note(home, rule_id)
    if (!this.shelf(home).learn(viewOf(home, latest))) return
    this.touched.add(home)
    this.hasNews = true
    const surplus = this.recent.surplus(home, (rule) => this.homes.get(rule.home)?.isOpen(rule.rule_id) ?? false)
    if (surplus) this.forget(surplus.home, surplus.rule_id)
  }

  /** @param at when it was told, ms since the epoch */
  place(incident: Incident, at?: number): void {
    const fingerprint = fingerprintOf(incident.rule_id, incident.device_id)
    const before = this.placed.get(fingerprint)
    const homes = this.homesOf(incident)
    if (before?.incident.id !== incident.id) this.hasNews = true
    this.placed.set(fingerprint, { incident, homes })
    for (const home of before?.homes ?? []) if (!homes.has(home)) this.leave(home, incident, at)
    for (const home of homes) {
      this.shelf(home).show(viewOf(home, incident))
      this.learn(home, incident)
    }
    this.limitOpen()
  }

  private end(incident: Incident): void {
    const fingerprint = fingerprintOf(incident.rule_id, incident.device_id)
    const homes = this.placed.get(fingerprint)?.homes ?? this.homesOf(incident)
    if (this.placed.delete(fingerprint)) this.hasNews = true
    for (const home of homes) this.endAt(home, incident)
  }

  private endAt(home: Home, incident: Incident): void {
    const { rule_id } = incident
    const shelf = this.shelf(home)
    if (shelf.close(incident)) this.note(home, rule_id)
    if (isGone(shelf, incident)) this.forget(home, rule_id)
    else this.learn(home, incident)
  }

  /** One that is not open. */
  private moveRule(latest: Incident, from: Home, to: Home): void {
    this.forget(from, latest.rule_id)
    if (!this.homes.get(to)?.rules.has(latest.rule_id)) this.learn(to, latest)
  }

  /** It goes on elsewhere: over for this page, or never of this page where its subject is not. */
  private leave(home: Home, incident: Incident, at: number | undefined): void {
    const { rule_id, device_id } = incident
    const shelf = this.shelf(home)
    shelf.close(incident)
    this.note(home, rule_id)
    if (device_id === MANY || shelf.isOpen(rule_id)) this.learn(home, ended(incident, at))
    else this.forget(home, rule_id)
  }

  private forget(home: Home, rule_id: string): void {
    const shelf = this.homes.get(home)
    this.recent.forget(home, rule_id)
    if (shelf?.forget(rule_id)) {
      this.note(home, rule_id)
      this.touched.add(home)
      this.hasNews = true
    }
    if (shelf?.isEmpty) this.homes.delete(home)
  }

  private note(home: Home, rule_id: string): void {
    const rules = this.dirty.get(home)
    if (rules === undefined) this.dirty.set(home, new Set([rule_id]))
    else rules.add(rule_id)
  }

  private limitOpen(): void {
    for (const { incident } of this.placed.values()) {
      if (this.placed.size <= MOST_OPEN) return
      this.end(ended(incident))
    }
  }

  private shelf(home: Home): HomeAlerts {
    const known = this.homes.get(home)
    if (known !== undefined) return known
    const shelf = new HomeAlerts()
    this.homes.set(home, shelf)
    return shelf
  }

  /** Where many are one, those of all who are part of it as well: each of them has the problem. */
  private homesOf(incident: Incident): Set<Home> {
    const homes = new Set([this.homeOf(incident.device_id)])
    for (const member of Object.keys(incident.members ?? {})) homes.add(this.homeOf(member))
    return homes
  }
}

/** Whether the rule watches nothing on a page any more. */
function isGone(shelf: HomeAlerts, { rule_id, device_id, ended_by }: Incident): boolean {
  if (shelf.isOpen(rule_id)) return false
  if (ended_by === 'rule_removed' || ended_by === 'rule_disabled') return true
  if (ended_by !== 'device_removed' || device_id === MANY) return false
  return (shelf.rules.get(rule_id)?.device_id ?? device_id) === device_id
}

function ended(incident: Incident, at?: number): Incident {
  return { ...incident, state: 'resolved', ...(at !== undefined && { resolved_at: at }) }
}

/** Who else is part of it fills the page of the bridge alone. */
function viewOf(home: Home, incident: Incident): Incident {
  if (home === undefined || incident.members === undefined) return incident
  const { members: _members, left: _left, ...view } = incident
  return view
}
