import type { Incident } from '../../alerting/incidents/incident'
import { fingerprintOf } from '../../alerting/incidents/open-incidents'

/** A device whose page of Home Assistant shows alerts; undefined: the bridge. */
export type Home = string | undefined

/** The alerts that one page shows. */
export class HomeAlerts {
  /** Of each rule that has ever raised one here the newest incident, in the order in which the rules came. */
  readonly rules = new Map<string, Incident>()
  private readonly incidents = new Map<string, Incident>()

  get isEmpty(): boolean {
    return this.rules.size + this.incidents.size === 0
  }

  open(): IterableIterator<Incident> {
    return this.incidents.values()
  }

  get openCount(): number {
    return this.incidents.size
  }

  openOf(rule_id: string): Incident[] {
    return [...this.incidents.values()].filter((incident) => incident.rule_id === rule_id)
  }

  /** Of the rules that are not open here, those that were raised last on this subject. */
  restingOf(device_id: string): Incident[] {
    const resting = [...this.rules.values()].filter((latest) => latest.device_id === device_id)
    return resting.filter(({ rule_id }) => this.openOf(rule_id).length === 0)
  }

  /** @returns whether it has to be announced */
  show(incident: Incident): boolean {
    this.incidents.set(fingerprintOf(incident.rule_id, incident.device_id), incident)
    return this.learn(incident)
  }

  /** It is over, or over for this page. @returns whether it was open here */
  close({ rule_id, device_id }: Incident): boolean {
    return this.incidents.delete(fingerprintOf(rule_id, device_id))
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
