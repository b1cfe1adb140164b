import { invalid } from '../../domain/errors'
import type { Point } from '../database'

/** @throws MonitorError `INPUT_INVALID` naming the field, its value and what is allowed */
export function checkPoint(given: unknown, name = 'point'): asserts given is Point {
  if (typeof given !== 'object') throw invalid('INPUT_INVALID', name, given, 'a point')
}
