import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlertEngine } from '../../src/alerting/alert-engine'
import type { StateChange } from '../../src/alerting/incidents/incident'
import type { Notification } from '../../src/alerting/notifying/notification'
import type { AlertOptions } from '../../src/alerting/alert-options'
import { parseGroups } from '../../src/alerting/rules/groups'
import { parseRules } from '../../src/alerting/rules/parse-rules'
import type { MonitorError } from '../../src/domain/errors'
import { FakeClock } from './fake-clock'

const DAY_MS = 86_400_000

/** A rule as a person writes it: what is left out has its default. */
export type WrittenRule = Readonly<Record<string, unknown>>

export interface Setting {
  readonly rules: readonly WrittenRule[]
  /** By default nothing waits: no quiet hours, no grouping, no limit, UTC. */
  readonly options?: Partial<AlertOptions>
  /** The day on which it begins, in UTC. */
  readonly day?: string
}

export interface Break {
  readonly away_ms: number
  /** Those of the dialog from then on; absent: the same. */
  readonly rules?: readonly WrittenRule[] | undefined
  /** What becomes of the file while nothing runs. */
  readonly meanwhile?: ((stage: AlertStage) => Promise<void>) | undefined
}

/**
 * Where a story is played: the real engine with its real file, on a clock that moves when the story says so. The time of
 * the story goes on evenly, whatever becomes of the wall clock and of the engine.
 */
export class AlertStage {
  /** In words, for people. */
  readonly changes: string[] = []
  readonly notifications: string[] = []
  /** The same as it was told. */
  readonly told: StateChange[] = []
  readonly notified: Notification[] = []
  /** The same, word for word: `title | text`. */
  readonly words: string[] = []
  readonly failures: MonitorError[] = []
  private running: AlertEngine | undefined
  private clock: FakeClock
  private folder = ''
  private rules: readonly WrittenRule[]
  /** ms since midnight of the first day, at which the current clock has begun. */
  private begun_ms: number

  constructor(
    private readonly setting: Setting,
    from_ms: number,
  ) {
    this.rules = setting.rules
    this.begun_ms = from_ms
    this.clock = new FakeClock(Date.parse(`${setting.day ?? '2026-03-02'}T00:00Z`) + from_ms)
  }

  /** Of the story: ms since midnight of its first day. */
  get now_ms(): number {
    return this.begun_ms + this.clock.monotonic()
  }

  /** What devices and flows take for the time, ms since the epoch. */
  get wall_ms(): number {
    return this.clock.now()
  }

  get engine(): AlertEngine {
    if (this.running === undefined) throw new Error('nothing is running')
    return this.running
  }

  /** Where what survives a restart is kept. */
  get file(): string {
    return join(this.folder, 'alerts.json')
  }

  async open(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'alerts-'))
    await this.start()
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  advanceTo(at_ms: number): void {
    this.clock.advance(at_ms - this.now_ms)
  }

  jump(by_ms: number): void {
    this.clock.jump(by_ms)
  }

  /** The monotonic clock of the next run begins anew, as that of a new process does. */
  async restart({ away_ms, rules = this.rules, meanwhile }: Break): Promise<void> {
    await this.stop()
    this.rules = rules
    this.begun_ms = this.now_ms + away_ms
    this.clock = new FakeClock(this.clock.now() + away_ms)
    await meanwhile?.(this)
    await this.start()
  }

  /** As though the power were cut: what is being written is on disk, what waits to be written is lost. */
  async crash({ away_ms, ...others }: Break): Promise<void> {
    await this.engine['store']['file'].idle()
    this.running = undefined
    this.begun_ms = this.now_ms
    this.clock = new FakeClock(this.clock.now())
    await this.restart({ away_ms, ...others })
  }

  /** @throws Error where a timer is left behind */
  private async stop(): Promise<void> {
    await this.running?.stop()
    this.running = undefined
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers are left behind`)
  }

  private async start(): Promise<void> {
    const { groups: named = {}, tariff } = this.setting.options ?? {}
    const groups = parseGroups(named)
    const times = { group_wait_s: 0, maximum_per_hour: 0, quiet_hours: undefined, time_zone: 'UTC' }
    this.running = new AlertEngine({
      rules: parseRules(this.rules, 'rules', groups, tariff),
      options: { ...times, group_by: 'nothing', ...this.setting.options, groups },
      clock: this.clock,
      file: this.file,
      outputs: {
        notify: (notification) => {
          const { kind, title, text, incidents, more } = notification
          this.notified.push(notification)
          this.words.push(`${title} | ${text}`)
          const named = incidents.map(({ rule_name, rule_id, alias }) => `${rule_name || rule_id}: ${alias}`)
          const rest = more === 0 ? '' : ` and ${more} more`
          this.notifications.push(this.line(`${kind} ${named.join(', ') || title}${rest}`))
        },
        changed: (told) => {
          const { change, rule_id, alias, incident } = told
          this.told.push(told)
          const reason = incident?.ended_by === undefined ? '' : ` (${incident.ended_by})`
          this.changes.push(this.line(`${change} ${incident?.rule_name || this.nameOf(rule_id)}: ${alias}${reason}`))
        },
        failed: (error) => void this.failures.push(error),
      },
    })
    await this.running.start()
  }

  private nameOf(rule_id: string): string {
    const rule = parseRules(this.rules, 'rules', undefined, this.setting.options?.tariff).find(
      ({ id }) => id === rule_id,
    )
    return rule === undefined || rule.name === '' ? rule_id : rule.name
  }

  private line(text: string): string {
    const time = new Date(this.now_ms % DAY_MS).toISOString().slice(11, 19)
    return `${time.replace(/:00$/, '')} ${text}`
  }
}
