import { MonitorError } from '../domain/errors'
import { MOST_WAITING, type Occasion } from './broker'
import { isTopic } from './topic-filters'

const FORMAT = 'kasa-monitor-occasions'
const VERSION = 1

/** The text of the file. */
export function writeOccasions(waiting: readonly Occasion[]): string {
  const occasions = waiting.map(({ correlation, ...occasion }) => ({
    ...occasion,
    ...(correlation && { correlation: correlation.toString('base64') }),
  }))
  return JSON.stringify({ format: FORMAT, version: VERSION, occasions })
}

/** @throws MonitorError `DATABASE_INVALID`, or SyntaxError, where it is no such text */
export function readOccasions(text: string): readonly Occasion[] {
  const { format, version, occasions } = (JSON.parse(text) ?? {}) as Record<string, unknown>
  if (format !== FORMAT || version !== VERSION || !Array.isArray(occasions)) throw foreign()
  return (occasions as unknown[]).slice(-MOST_WAITING).map(readOccasion)
}

function readOccasion(saved: unknown): Occasion {
  const { topic, payload, qos, correlation } = (saved ?? {}) as Record<string, unknown>
  if (typeof topic !== 'string' || !isTopic(topic) || typeof payload !== 'string') throw foreign()
  if (qos !== 0 && qos !== 1) throw foreign()
  if (correlation === undefined) return { topic, payload, qos }
  if (typeof correlation !== 'string') throw foreign()
  return { topic, payload, qos, correlation: Buffer.from(correlation, 'base64') }
}

function foreign(): MonitorError {
  return new MonitorError('DATABASE_INVALID', 'not a file of occasions')
}
