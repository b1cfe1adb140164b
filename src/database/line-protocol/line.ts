/** One decoded line of line protocol. */
export interface Line {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  /** Integers are bigints, so that they stay apart from floats. */
  readonly fields: ReadonlyMap<string, FieldValue>
  /** ms since the epoch, UTC. */
  readonly timestamp: number
}

export type FieldValue = number | bigint | boolean | string

/** Why a text is no line. */
export interface Refusal {
  readonly reason: string
}

export function isLine(decoded: Line | Refusal): decoded is Line {
  return 'measurement' in decoded
}

/** The measurements that hold readings, and what devices have recorded themselves. */
export const READING = 'reading'
export const RECORDED_ENERGY = 'recorded_energy'
