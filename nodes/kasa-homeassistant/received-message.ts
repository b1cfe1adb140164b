import { LONGEST_PAYLOAD_BYTES, type ReceivedMessage } from '../../src/mqtt/broker'
import type { Message } from '../shared/input'

/**
 * What a core `mqtt in` brings, where it is for us; its output may be text, a buffer or parsed JSON.
 * @param roots what topics that are for us begin with
 */
export function receivedMessage(message: Message, roots: readonly string[]): ReceivedMessage | undefined {
  const { topic, payload, qos, retain, responseTopic, correlationData } = message
  if (typeof topic !== 'string' || !roots.some((root) => topic.startsWith(`${root}/`))) return undefined
  // What is no text comes from elsewhere, unless it has what only MQTT has: rules of alerts make topics as well.
  if (typeof payload !== 'string' && qos === undefined) return undefined
  return {
    topic,
    payload: textOf(payload),
    retain: retain === true,
    ...(typeof responseTopic === 'string' && { response_topic: responseTopic }),
    ...(Buffer.isBuffer(correlationData) && { correlation: correlationData }),
  }
}

/** Longer than anything that is taken where it is too long: whoever takes it counts and drops it. */
function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload
  if (Buffer.isBuffer(payload)) return payload.subarray(0, LONGEST_PAYLOAD_BYTES + 1).toString()
  return JSON.stringify(payload) ?? ''
}
