import type { Clock } from '../../domain/clock'
import type { IncidentFilter } from '../alert-command'
import type { Condition, Json } from '../conditions/condition'
import type { Rule } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import type { ChangeName, EndReason, Incident, StateChange } from './incident'

/** What the book asks of a watch. */
export interface Watched {
  readonly rule: Rule
  readonly subject: Subject
  readonly condition: Condition
  /** How many steps of several are reached; 1 where there is but one. */
  readonly level: number
}

export interface IncidentBookOptions {
  readonly clock: Clock
  /** Hears every change of state, in order. It may not throw. */
  readonly onChange: (change: StateChange) => void
}

/** One rule on one subject. */
export function fingerprintOf(rule_id: string, device_id: string): string {
  return `${rule_id}/${device_id}`
}

/** All incidents: the open ones, one for each rule and subject at a time, and the newest of those that are over. */
export class IncidentBook {
  constructor(protected readonly options: IncidentBookOptions) {}

  start(): void {}

  stop(): void {}

  changed(_watch: Watched, _change: ChangeName, _moment: Moment): void {}

  observed(_watch: Watched, _moment: Moment): void {}

  /** What a watch goes on with after a restart; undefined: nothing was raised. Alone, waiting for others, or part of many. */
  raisedOn(
    _rule_id: string,
    _device_id: string,
  ): { state: 'firing' | 'recovering'; level: number; flapping: boolean } | undefined {
    return undefined
  }

  open(_filter?: IncidentFilter): readonly Incident[] {
    return []
  }

  /** Newest first. */
  history(_limit: number, _filter?: IncidentFilter): readonly Incident[] {
    return []
  }

  /** @returns those that were not acknowledged before */
  acknowledge(_filter: IncidentFilter, _by?: string): readonly Incident[] {
    return []
  }

  unacknowledge(_filter: IncidentFilter): readonly Incident[] {
    return []
  }

  /** Ends what is raised or pending on a rule and a subject, without being asked by its watch. */
  end(_fingerprint: string, _reason: EndReason): void {}

  /** The same for all subjects of a rule, many as one included. */
  endRule(_rule_id: string, _reason: EndReason): void {}

  save(): Json {
    return {}
  }

  /** Before `start`. What does not fit is dropped. @returns how many were */
  restore(_saved: unknown): number {
    return 0
  }
}
