import { randomUUID } from 'node:crypto'
import type { Clock } from '../../domain/clock'
import { invalid } from '../../domain/errors'
import type { IncidentFilter } from '../alert-command'
import type { Incident } from '../incidents/incident'
import { matchesFilter } from '../incidents/incident-filter'
import type { Silence } from './silence'

/** With neither `for_s` nor `until`: an hour. */
export interface SilenceTerms {
  readonly for_s?: number
  /** ms since the epoch, UTC. */
  readonly until?: number
  /** Critical ones too. */
  readonly critical?: boolean
  readonly comment?: string
}

export const MOST_SILENCES = 100
const DEFAULT_S = 3600
const LONGEST_S = 366 * 86_400
/** Clocks differ by less where neither was set. */
const STEP_MS = 1000

/** What is not to be told, and for how long: by the monotonic clock, over restarts by the wall clock. */
export class Silences {
  private readonly entries = new Map<string, { silence: Silence; readonly end_ms: number }>()

  constructor(private readonly clock: Clock) {}

  /** @throws MonitorError `INPUT_INVALID` */
  add(filter: IncidentFilter, terms: SilenceTerms): Silence {
    if (this.entries.size >= MOST_SILENCES) {
      throw invalid('INPUT_INVALID', 'silence', this.entries.size + 1, `at most ${MOST_SILENCES} at a time`)
    }
    const created_at = this.clock.now()
    const left_ms = durationOf(terms, created_at)
    const { critical = false, comment = '' } = terms
    const silence = { id: randomUUID(), filter, created_at, until: created_at + left_ms, critical, comment }
    this.entries.set(silence.id, { silence, end_ms: this.clock.monotonic() + left_ms })
    return silence
  }

  /** @throws MonitorError `INPUT_INVALID` where there is no such silence */
  end(silence_id: string | undefined): Silence[] {
    const ended = this.list().filter(({ id }) => silence_id === undefined || id === silence_id)
    if (silence_id !== undefined && ended.length === 0) {
      throw invalid('INPUT_INVALID', 'silence_id', silence_id, 'the id of a silence that lasts')
    }
    for (const { id } of ended) this.entries.delete(id)
    return ended
  }

  covers(incident: Incident): boolean {
    for (const { silence } of this.entries.values()) if (holdsBack(silence, incident)) return true
    return false
  }

  /** When the wall clock is set, their times follow it. */
  list(): Silence[] {
    const ahead_ms = this.clock.now() - this.clock.monotonic()
    return [...this.entries.values()].map((entry) => {
      const { created_at, until } = entry.silence
      const step_ms = Math.round(entry.end_ms + ahead_ms - until)
      if (Math.abs(step_ms) > STEP_MS) {
        entry.silence = { ...entry.silence, created_at: created_at + step_ms, until: until + step_ms }
      }
      return entry.silence
    })
  }

  /** When the next one ends, by the monotonic clock; Infinity: there is none. */
  get next_ms(): number {
    let next_ms = Infinity
    for (const { end_ms } of this.entries.values()) next_ms = Math.min(next_ms, end_ms)
    return next_ms
  }

  takeEnded(): Silence[] {
    const now_ms = this.clock.monotonic()
    const ended = [...this.entries.values()].filter(({ end_ms }) => end_ms <= now_ms)
    for (const { silence } of ended) this.entries.delete(silence.id)
    return ended.map(({ silence }) => silence)
  }

  /** Those that have ended meanwhile end at the next `takeEnded`. */
  restore(saved: readonly Silence[]): void {
    for (const silence of saved.slice(0, MOST_SILENCES)) {
      const { created_at, until } = silence
      // A clock that was set back meanwhile makes none longer than it was.
      const left_ms = Math.min(until - this.clock.now(), Math.max(0, until - created_at), LONGEST_S * 1000)
      this.entries.set(silence.id, { silence, end_ms: this.clock.monotonic() + left_ms })
    }
  }
}

/** Whether a silence holds back what is told of an incident. */
export function holdsBack(silence: Silence, incident: Incident): boolean {
  return (silence.critical || incident.severity !== 'critical') && matchesFilter(silence.filter, incident)
}

function durationOf({ for_s, until }: SilenceTerms, now: number): number {
  const isUntil = until !== undefined
  const duration_s = isUntil ? (until - now) / 1000 : (for_s ?? DEFAULT_S)
  if (duration_s > 0 && duration_s <= LONGEST_S) return Math.round(duration_s * 1000)
  if (isUntil)
    throw invalid('INPUT_INVALID', 'until', until, 'a moment within the next 366 days, in ms since the epoch')
  throw invalid('INPUT_INVALID', 'for_s', for_s, `more than 0, up to ${LONGEST_S} s`)
}
