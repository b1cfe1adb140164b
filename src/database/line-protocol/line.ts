/** One decoded line of line protocol. */
export interface Line {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  readonly fields: ReadonlyMap<string, number | bigint | boolean | string>
  /** ms since the epoch, UTC. */
  readonly timestamp: number
}
