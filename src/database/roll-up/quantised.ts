import { MEASURED_FIELDS, type MeasuredKey } from '../../domain/reading'

/** What values of a row are multiples of, as how many of them make up 1: so rows stay the same in every database. */
export const ENERGY_SCALE = 1e6
export const SECONDS_SCALE = 1e3
const COMPLETENESS_SCALE = 1e4
/** Means of booleans are shares. */
const SHARE_SCALE = 1e4

export interface FieldScales {
  /** Of minimum, maximum and percentiles. */
  readonly value: number
  readonly mean: number
}

const SCALES: ReadonlyMap<string, FieldScales> = new Map(
  Object.entries(MEASURED_FIELDS).map(([key, field]) => {
    if (field.type === 'boolean') return [key, { value: 1, mean: SHARE_SCALE }]
    const value = Math.round(1 / field.resolution)
    return [key, { value, mean: 10 * value }]
  }),
)

export function scalesOf(field: MeasuredKey): FieldScales {
  return SCALES.get(field) as FieldScales
}

/** The multiple of 1 / scale that is nearest. */
export function quantised(value: number, scale: number): number {
  // Adding 0 turns -0, which no database keeps, into 0.
  return Math.round(value * scale) / scale + 0
}

/** Of the duration, how much is covered: 0 to 1. Whoever stores a row may leave it out, and compute it again. */
export function completenessOf(covered_s: number, duration_ms: number): number {
  return Math.min(1, quantised((covered_s * 1000) / duration_ms, COMPLETENESS_SCALE))
}
