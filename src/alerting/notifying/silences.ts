/** With neither `for_s` nor `until`: an hour. */
export interface SilenceTerms {
  readonly for_s?: number
  /** ms since the epoch, UTC. */
  readonly until?: number
  /** Critical ones too. */
  readonly critical?: boolean
  readonly comment?: string
}
