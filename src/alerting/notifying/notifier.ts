import type { Calendar } from '../../domain/calendar'
import type { Clock } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { IncidentFilter } from '../alert-command'
import type { AlertOptions } from '../alert-options'
import type { Json } from '../conditions/condition'
import type { Incident, StateChange } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import type { Notification } from './notification'
import type { Silence } from './silence'
import type { SilenceTerms } from './silences'

export interface NotifierParts {
  readonly options: Pick<AlertOptions, 'quiet_hours' | 'group_wait_s' | 'group_by' | 'maximum_per_hour'>
  readonly calendar: Calendar
  readonly clock: Clock
  readonly ruleOf: (rule_id: string) => Rule | undefined
  /** It has left when this returns. */
  readonly notify: (notification: Notification) => void
  readonly failed: (error: MonitorError) => void
  /** What is kept has changed: `save()` gives something else than before. */
  readonly onUnsaved: () => void
}

/** Decides what of the changes a person is told, and when. Changes come in by `changed`; notifications leave by `notify`. */
export class Notifier {
  constructor(private readonly parts: NotifierParts) {}

  /** Tells what is due, and goes on from there. After `restore`. */
  start(): void {}

  /** Leaves no timer behind; what waits is in `save()`. May be called twice. */
  stop(): void {}

  changed(change: StateChange): void {
    void change
  }

  /** @throws MonitorError `INPUT_INVALID` */
  silence(filter: IncidentFilter, terms: SilenceTerms = {}): Silence {
    throw new Error(`${JSON.stringify({ filter, terms })}`)
  }

  /**
   * Ends a silence, or all of them; what is still open is told now.
   * @returns those that have ended
   * @throws MonitorError `INPUT_INVALID` where there is no such silence
   */
  unsilence(silence_id?: string): readonly Silence[] {
    void silence_id
    return []
  }

  silences(): readonly Silence[] {
    return []
  }

  /** Tells a marked notification at once, whatever is silenced or quiet. */
  test(rule?: Rule): void {
    void [rule, this.parts]
  }

  /** How many incidents have news that has not left. */
  get waiting(): number {
    return 0
  }

  /** What a restart must not lose. */
  save(): Json {
    return null
  }

  /**
   * Takes up what was saved: what was told is not told again, what waited still waits. Before `start`.
   * @param saved may be of another version or damaged: ignored then, or in part
   */
  restore(saved: Json, open: readonly Incident[]): void {
    void [saved, open]
  }
}
