import { isMeasuredKey, MEASURED_FIELDS } from '../../domain/reading'
import type { Evidence } from './condition'
import type { Value } from './known-value'

const UNIT_BY_SUFFIX: ReadonlyMap<string, string> = new Map([
  ['w', 'W'],
  ['v', 'V'],
  ['a', 'A'],
  ['kwh', 'kWh'],
  ['pct', '%'],
  ['ms', 'ms'],
  ['s', 's'],
  ['c', '°C'],
])

/** What is told of a value; of one that is not known, all but the value. */
export function valueEvidence(
  key: string,
  value: Value | undefined,
  { threshold, facts }: Pick<Evidence, 'threshold' | 'facts'>,
): Evidence {
  const is_number = typeof value === 'number' || typeof threshold === 'number'
  const unit = is_number ? unitOf(key) : undefined
  return {
    key,
    ...(value !== undefined && !Number.isNaN(value) && { value }),
    ...(unit !== undefined && { unit }),
    ...(threshold !== undefined && { threshold }),
    ...(facts && { facts }),
  }
}

/** Of a number: as readings have it, or as the end of the key says it, such as that of `host.cpu_pct`. */
export function unitOf(key: string): string | undefined {
  if (isMeasuredKey(key)) {
    const field = MEASURED_FIELDS[key]
    return field.type === 'number' ? field.unit : undefined
  }
  return UNIT_BY_SUFFIX.get(key.slice(key.lastIndexOf('_') + 1))
}
