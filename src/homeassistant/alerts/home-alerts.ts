import type { Incident } from '../../alerting/incidents/incident'

/** A device whose page of Home Assistant shows alerts; undefined: the bridge. */
export type Home = string | undefined

/** The alerts that one page shows. */
export class HomeAlerts {
  /** Of each rule that has ever raised one here the newest incident. */
  readonly rules = new Map<string, Incident>()
  /** By rule and subject. */
  private readonly incidents = new Map<string, Map<string, Incident>>()

  get isEmpty(): boolean {
    return this.rules.size + this.incidents.size === 0
  }

  open(): Incident[] {
    return Array.from(this.incidents.values(), (incidents) => [...incidents.values()]).flat()
  }

  openOf(rule_id: string): Incident[] {
    return [...(this.incidents.get(rule_id)?.values() ?? [])]
  }

  isOpen(rule_id: string): boolean {
    return this.incidents.has(rule_id)
  }

  /** Of the rules that are not open here, those that were raised last on this subject. */
  restingOf(device_id: string): Incident[] {
    const latest = [...this.rules.values()]
    return latest.filter((incident) => incident.device_id === device_id && !this.isOpen(incident.rule_id))
  }

  show(incident: Incident): void {
    const { rule_id, device_id } = incident
    const incidents = this.incidents.get(rule_id)
    if (incidents) incidents.set(device_id, incident)
    else this.incidents.set(rule_id, new Map([[device_id, incident]]))
  }

  /** It is over, or over for this page. @returns whether it was open here */
  close({ rule_id, device_id }: Incident): boolean {
    const incidents = this.incidents.get(rule_id)
    const wasOpen = incidents?.delete(device_id) ?? false
    if (incidents?.size === 0) this.incidents.delete(rule_id)
    return wasOpen
  }

  /** @returns whether a rule is new, or has another name */
  learn(incident: Incident): boolean {
    const before = this.rules.get(incident.rule_id)
    this.rules.set(incident.rule_id, incident)
    return before?.rule_name !== incident.rule_name
  }

  /** What is open of it stays so. @returns whether it was known */
  forget(rule_id: string): boolean {
    return this.rules.delete(rule_id)
  }
}
