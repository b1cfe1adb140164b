import type { Incident } from './incidents/incident'
import type { Silence } from './notifying/silence'
import type { Rule, Severity } from './rules/rule'

/** Which incidents: all that fit everything that is given. */
export interface IncidentFilter {
  readonly incident_id?: string
  readonly rule_id?: string
  /** A pattern of device ids or aliases. */
  readonly device?: string
  readonly severity?: Severity
  readonly labels?: Readonly<Record<string, string>>
}

/** What a flow may ask of the alerts by a message. */
export type AlertCommand =
  | ({ readonly command: 'acknowledge' | 'unacknowledge'; readonly by?: string } & IncidentFilter)
  /** With neither `for_s` nor `until`: an hour. `critical`: those too. */
  | ({
      readonly command: 'silence'
      readonly for_s?: number
      readonly until?: number
      readonly critical?: boolean
      readonly comment?: string
    } & IncidentFilter)
  /** Without an id: all. */
  | { readonly command: 'unsilence'; readonly silence_id?: string }
  | { readonly command: 'enable' | 'disable'; readonly rule_id: string }
  /** A marked notification, of one rule or of none. */
  | { readonly command: 'test'; readonly rule_id?: string }
  | ({ readonly command: 'list' } & IncidentFilter)
  /** Newest first. */
  | ({ readonly command: 'history'; readonly limit?: number } & IncidentFilter)
  /** In place of those that were sent before; those of the dialog stay. Kept over a restart. */
  | { readonly command: 'set_rules'; readonly rules: readonly Rule[] }

export type AlertCommandName = AlertCommand['command']

/** One rule as `list` shows it. */
export interface RuleState {
  readonly rule_id: string
  readonly name: string
  readonly enabled: boolean
  /** How many subjects it watches, and how many of them are in which state. */
  readonly watched: number
  readonly pending: number
  readonly firing: number
}

export interface AlertAnswer {
  /** Those that the command has changed, or that were asked for. */
  readonly incidents?: readonly Incident[]
  readonly silences?: readonly Silence[]
  readonly rules?: readonly RuleState[]
}
