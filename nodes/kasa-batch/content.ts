import type { NodeMessage } from 'node-red'
import { isReading } from '../../src/database/reading-check'
import type { Batch } from '../../src/serving/batching/waiting-batch'

/** An array of readings goes into the batch as the readings that it holds, so that what takes readings takes the batch. */
export function payloadsOf(payload: unknown): readonly unknown[] {
  const isOfReadings = Array.isArray(payload) && payload.length > 0 && payload.every((each) => isReading(each))
  return isOfReadings ? (payload as unknown[]) : [payload]
}

/** Text; a number as it is written. Empty where there is none. */
export function topicOf(topic: unknown): string {
  if (typeof topic === 'string') return topic
  return typeof topic === 'number' || typeof topic === 'boolean' ? String(topic) : ''
}

/** `msg.flush`, `msg.reset`: anything but false counts as yes. */
export function isAsked(property: unknown): boolean {
  return property !== undefined && property !== null && property !== false
}

export function messageOf({ payloads, topic, topics, reason, first_at, last_at }: Batch): NodeMessage {
  const batch = { count: payloads.length, reason, first_at, last_at, ...(topics && { topics }) }
  return { topic, payload: payloads, batch } as NodeMessage
}
