import { createCalendar } from '../../../src/domain/local-calendar'
import type { MonitorError } from '../../../src/domain/errors'
import type { AlertOptions } from '../../../src/alerting/alert-options'
import type { ChangeName, Incident, StateChange } from '../../../src/alerting/incidents/incident'
import type { Notification } from '../../../src/alerting/notifying/notification'
import { Notifier } from '../../../src/alerting/notifying/notifier'
import type { SavedNotifier } from '../../../src/alerting/notifying/saved-notifier'
import type { Rule } from '../../../src/alerting/rules/rule'
import { FakeClock } from '../../support/fake-clock'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

export type HouseholdOptions = Partial<
  Pick<AlertOptions, 'quiet_hours' | 'group_wait_s' | 'group_by' | 'maximum_per_hour'>
>

/** From 22:30 to 07:00. */
export const NIGHT = { from: '22:30', to: '07:00', days: [] }

/** A home with a notifier, rules by their ids, and what its people have been told. It begins on a Saturday at 20:00. */
export class Household {
  readonly clock = new FakeClock(Date.UTC(2026, 10, 21, 19))
  readonly calendar = createCalendar('Europe/Berlin')
  readonly told: Notification[] = []
  readonly errors: MonitorError[] = []
  /** Those that are open, as a book of incidents has them. */
  readonly open = new Map<string, Incident>()
  readonly options: Required<HouseholdOptions>
  unsaved = 0
  notifier: Notifier
  /** What happens when a notification leaves. */
  onNotify: (notification: Notification) => void = () => undefined
  onUnsaved: () => void = () => undefined
  private readonly rules = new Map<string, Rule>()
  /** When incidents began, by the clock that nobody sets. */
  private readonly began_ms = new Map<string, number>()

  constructor(options: HouseholdOptions = {}) {
    this.options = { quiet_hours: undefined, group_wait_s: 30, group_by: 'all', maximum_per_hour: 0, ...options }
    this.notifier = this.build()
    this.notifier.start()
  }

  /** What its people have read: time, kind and names. */
  get lines(): string[] {
    return this.told.map((notification) => this.lineOf(notification))
  }

  rule(given: Partial<Rule> & Pick<Rule, 'id'>): void {
    this.rules.set(given.id, { ...RULE, name: given.id, ...given })
  }

  ruleOf(rule_id: string): Rule | undefined {
    return this.rules.get(rule_id)
  }

  /** Waits until the time of day, such as `22:30`, comes next. */
  until(time: string): void {
    const local = (ms: number) => this.calendar.format(ms).slice(11)
    const second_ms = 1000 - (this.clock.now() % 1000)
    if (second_ms < 1000) this.clock.advance(second_ms)
    while (this.clock.now() % MINUTE_MS !== 0) this.clock.advance(1000)
    while (local(this.clock.now()) !== time) this.clock.advance(MINUTE_MS)
  }

  raise(alias: string, rule_id = 'offline', more: Partial<Incident> = {}): Incident {
    if (!this.rules.has(rule_id)) this.rule({ id: rule_id })
    const rule = this.rules.get(rule_id) as Rule
    const incident: Incident = {
      id: `${rule_id}/${alias}@${this.began_ms.size}`,
      rule_id,
      rule_name: rule.name,
      kind: rule.condition.kind,
      device_id: alias,
      alias,
      severity: rule.severity,
      labels: rule.labels,
      state: 'firing',
      flapping: false,
      raised_at: this.clock.now(),
      duration_s: 0,
      reminders: 0,
      level: 1,
      raised: {},
      latest: {},
      ...more,
    }
    this.began_ms.set(incident.id, this.clock.monotonic())
    return this.change(incident, 'raised')
  }

  escalate(incident: Incident, level: number): Incident {
    return this.change({ ...this.now(incident), level }, 'escalated')
  }

  flap(incident: Incident): Incident {
    return this.change({ ...this.now(incident), flapping: true }, 'flapping')
  }

  acknowledge(incident: Incident): Incident {
    return this.change({ ...this.now(incident), acknowledged_at: this.clock.now() }, 'acknowledged')
  }

  unacknowledge(incident: Incident): Incident {
    const { acknowledged_at: _, ...rest } = this.now(incident)
    return this.change(rest, 'unacknowledged')
  }

  resolve(incident: Incident, ended_by?: Incident['ended_by']): void {
    const ended = { ...this.now(incident), resolved_at: this.clock.now(), ...(ended_by && { ended_by }) }
    this.change({ ...ended, state: 'resolved' }, 'resolved')
  }

  /** The process ends and another begins later, with what was saved last. */
  restart(down_ms = 0, saved: unknown = stored(this.notifier.save())): void {
    this.notifier.stop()
    this.clock.advance(down_ms)
    this.notifier = this.build()
    this.notifier.restore(saved)
    this.notifier.start()
  }

  private now(incident: Incident): Incident {
    return this.lasting(this.open.get(incident.id) ?? incident)
  }

  private lasting(incident: Incident): Incident {
    const { began_ms } = this
    const now_ms = this.clock.monotonic()
    return { ...incident, duration_s: (now_ms - (began_ms.get(incident.id) ?? now_ms)) / 1000 }
  }

  private change(incident: Incident, change: ChangeName): Incident {
    if (change === 'resolved') this.open.delete(incident.id)
    else this.open.set(incident.id, incident)
    const { rule_id, device_id, alias } = incident
    const facts = { state: 'firing', previous: 'firing', timestamp: this.clock.now() } as const
    const changed: StateChange = { change, ...facts, rule_id, device_id, alias, incident }
    this.notifier.changed(changed)
    return incident
  }

  private build(): Notifier {
    return new Notifier({
      options: this.options,
      calendar: this.calendar,
      clock: this.clock,
      ruleOf: (rule_id) => this.ruleOf(rule_id),
      open: () => [...this.open.values()].map((incident) => this.lasting(incident)),
      notify: (notification) => {
        this.told.push(notification)
        this.onNotify(notification)
      },
      failed: (error) => this.errors.push(error),
      onUnsaved: () => {
        this.unsaved++
        this.onUnsaved()
      },
    })
  }

  private lineOf({ kind, incidents, more, timestamp }: Notification): string {
    const names = incidents.map(({ alias, state }) =>
      state === 'resolved' && kind === 'summary' ? `${alias} (over)` : alias,
    )
    const time = this.calendar.format(timestamp).slice(11)
    return `${time} ${kind}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  }
}

/** As it comes back from a file. */
export function stored(saved: SavedNotifier): Record<string, unknown> {
  return JSON.parse(JSON.stringify(saved)) as Record<string, unknown>
}

const RULE: Rule = {
  id: 'rule',
  name: 'rule',
  enabled: true,
  devices: ['*'],
  together: 'each',
  severity: 'warning',
  labels: {},
  for_s: 0,
  at_least: 1,
  out_of: 1,
  keep_firing_s: 0,
  cooldown_s: 0,
  flapping_changes: 6,
  flapping_within_s: 600,
  remind_every_s: 0,
  notify_resolved: 'auto',
  no_data: 'keep',
  no_data_after_s: 600,
  many_from: 0,
  title: '',
  text: '',
  resolved_text: '',
  condition: { kind: 'offline' },
}
