import type { Calendar } from '../../domain/calendar'
import type { Clock, Timer } from '../../domain/clock'
import { type MonitorError, toMonitorError } from '../../domain/errors'
import type { IncidentFilter } from '../alert-command'
import type { AlertOptions } from '../alert-options'
import type { Incident, StateChange } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import { compose } from './compose'
import { Ledger } from './ledger'
import type { Notification } from './notification'
import { Outbox } from './outbox'
import { Reminders } from './reminders'
import { readNotifier, type SavedNotifier, VERSION } from './saved-notifier'
import type { Silence } from './silence'
import { Silences, type SilenceTerms } from './silences'
import type { Telling } from './telling'
import { testOf } from './test-notification'

/** Timers of Node.js hold no more than 24 days. */
const LONGEST_SLEEP_MS = 86_400_000

export interface NotifierParts {
  readonly options: Pick<AlertOptions, 'quiet_hours' | 'group_wait_s' | 'group_by' | 'maximum_per_hour'>
  readonly calendar: Calendar
  readonly clock: Clock
  readonly ruleOf: (rule_id: string) => Rule | undefined
  /** Incidents that are open, as they are now. */
  readonly open: () => readonly Incident[]
  /** It has left when this returns. */
  readonly notify: (notification: Notification) => void
  readonly failed: (error: MonitorError) => void
  /** What is kept has changed: `save()` gives something else than before. */
  readonly onUnsaved: () => void
}

/**
 * Decides what of the changes a person is told, and when. Changes come in by `changed`; notifications leave by `notify`,
 * never from within `changed`: what happens at the same moment leaves together.
 */
export class Notifier {
  private readonly silencing: Silences
  private readonly reminders: Reminders
  private readonly outbox: Outbox
  private readonly ledger: Ledger
  private timer: Timer | undefined
  private wakes_ms = Infinity
  private isRunning = false

  constructor(private readonly parts: NotifierParts) {
    const { clock, ruleOf } = parts
    this.silencing = new Silences(clock)
    this.reminders = new Reminders(clock, ruleOf)
    this.outbox = new Outbox({ ...parts, leave: (tellings) => this.leave(tellings) })
    const { silencing: silences, reminders, outbox } = this
    this.ledger = new Ledger({ ruleOf, silences, reminders, outbox })
  }

  /** Goes on from what was restored. The rules are known by now. */
  start(): void {
    this.isRunning = true
    this.reminders.start()
    this.sleep()
  }

  /** Leaves no timer behind; what waits is in `save()`. May be called twice. */
  stop(): void {
    this.isRunning = false
    this.cancelTimer()
  }

  changed(change: StateChange): void {
    this.ledger.take(change)
    this.settle()
  }

  /** @throws MonitorError `INPUT_INVALID` */
  silence(filter: IncidentFilter, terms: SilenceTerms = {}): Silence {
    const silence = this.silencing.add(filter, terms)
    this.ledger.silenced()
    this.settle()
    return silence
  }

  /**
   * Ends a silence, or all of them; what is still open is told now.
   * @returns those that have ended
   * @throws MonitorError `INPUT_INVALID` where there is no such silence
   */
  unsilence(silence_id?: string): readonly Silence[] {
    const ended = this.silencing.end(silence_id)
    for (const silence of ended) this.ledger.silenceEnded(silence)
    this.settle()
    return ended
  }

  silences(): readonly Silence[] {
    return this.silencing.list()
  }

  /** Tells a marked notification at once, whatever is silenced or quiet. */
  test(rule?: Rule): void {
    this.send(testOf(rule, this.parts.calendar, this.parts.clock.now()))
  }

  /** How many incidents have news that has not left. */
  get waiting(): number {
    return this.ledger.waiting
  }

  /** What a restart must not lose. */
  save(): SavedNotifier {
    return {
      version: VERSION,
      tellings: this.ledger.save(),
      uncounted: this.ledger.uncounted,
      sent: this.outbox.rate.save(),
      silences: this.silencing.list(),
    }
  }

  /**
   * Takes up what was saved: what was told is not told again, what waited still waits. Before `start`.
   * What is open and not known to have been told is told.
   * @param saved may be of another version or damaged: ignored then, or in part
   */
  restore(saved: unknown): void {
    const { tellings, uncounted, sent, silences } = readNotifier(saved)
    this.silencing.restore(silences)
    this.outbox.rate.restore(sent)
    this.ledger.restore(tellings, this.parts.open())
    this.ledger.uncounted = uncounted
  }

  private settle(): void {
    this.parts.onUnsaved()
    this.sleep()
  }

  /** Wakes up when the next thing is due. */
  private sleep(): void {
    const due_ms = Math.min(this.outbox.next_ms, this.reminders.next_ms, this.silencing.next_ms)
    if (!this.isRunning || due_ms >= this.wakes_ms) return
    this.cancelTimer()
    const now_ms = this.parts.clock.monotonic()
    const delay_ms = Math.max(0, Math.min(due_ms - now_ms, LONGEST_SLEEP_MS))
    this.wakes_ms = now_ms + delay_ms
    this.timer = this.parts.clock.setTimeout(() => this.wake(), delay_ms)
  }

  private wake(): void {
    this.timer = undefined
    this.wakes_ms = Infinity
    const ended = this.silencing.takeEnded()
    for (const silence of ended) this.ledger.silenceEnded(silence)
    for (const telling of this.reminders.takeDue()) this.ledger.remind(telling)
    this.release()
    if (ended.length > 0) this.parts.onUnsaved()
    this.sleep()
  }

  private release(): void {
    if (this.outbox.next_ms > this.parts.clock.monotonic()) return
    this.ledger.update(this.parts.open())
    this.outbox.release()
  }

  private leave(tellings: readonly Telling[]): void {
    const { calendar, ruleOf, clock } = this.parts
    const composing = { calendar, ruleOf, now: clock.now() }
    const notification = compose(tellings, this.ledger.uncounted, composing)
    this.ledger.told(tellings)
    this.send(notification)
    this.parts.onUnsaved()
  }

  private send(notification: Notification): void {
    try {
      this.parts.notify(notification)
    } catch (thrown) {
      this.parts.failed(toMonitorError(thrown))
    }
  }

  private cancelTimer(): void {
    if (this.timer !== undefined) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.wakes_ms = Infinity
  }
}
