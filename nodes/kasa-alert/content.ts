import type { AlertEngine } from '../../src/alerting/alert-engine'
import { MANY } from '../../src/alerting/incidents/incident'
import { isReading } from '../../src/database/reading-check'
import { invalid, type MonitorError } from '../../src/domain/errors'
import { isDeviceEvent, isTimestamp } from '../shared/device-event'
import type { Message } from '../shared/input'
import { flatValues } from './flat-values'

type Taker = Pick<AlertEngine, 'takeReading' | 'takeEvent' | 'takeMeasurement'>

/** The name of a value that comes alone. */
const ALONE = 'value'
const LONGEST_TOPIC = 128
const RANGE = 'a reading, an event, a number, true, false, a text, an object with such values, or an array of them'

/**
 * Hands over what a message brings. In an array that has something bad in it all the rest is taken.
 * @throws MonitorError `INPUT_INVALID` naming the first that was not taken
 */
export function takeContent(engine: Taker, { topic, payload }: Message): void {
  const refused: MonitorError[] = []
  if (Array.isArray(payload)) {
    payload.forEach((each: unknown, index) => takeOne(engine, topic, each, `payload.${index}`, refused))
  } else {
    takeOne(engine, topic, payload, 'payload', refused)
  }
  if (refused[0]) throw refused[0]
}

function takeOne(engine: Taker, topic: unknown, given: unknown, place: string, refused: MonitorError[]): void {
  if (isReading(given)) return engine.takeReading(given)
  if (isDeviceEvent(given)) return engine.takeEvent(given)
  const values = isObject(given) ? flatValues(given) : isValue(given) ? { [ALONE]: given } : {}
  if (Object.keys(values).length === 0) {
    refused.push(invalid('INPUT_INVALID', place, given, RANGE))
    return
  }
  const named = isObject(given) && typeof given.device_id === 'string' ? given.device_id : topic
  const name = typeof named === 'string' && named !== '' ? named.slice(0, LONGEST_TOPIC) : ALONE
  if (name === MANY) {
    refused.push(invalid('INPUT_INVALID', 'topic', name, 'the name of something'))
    return
  }
  const timestamp = timestampIn(given)
  engine.takeMeasurement({ topic: name, values, ...(timestamp !== undefined && { timestamp }) })
}

function timestampIn(given: unknown): number | undefined {
  const timestamp = isObject(given) ? given.timestamp : undefined
  return isTimestamp(timestamp) ? timestamp : undefined
}

function isValue(given: unknown): given is number | boolean | string {
  return (
    typeof given === 'boolean' || typeof given === 'string' || (typeof given === 'number' && Number.isFinite(given))
  )
}

function isObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}
