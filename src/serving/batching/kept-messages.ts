import { deserialize, serialize } from 'node:v8'
import { MonitorError } from '../../domain/errors'
import type { WaitingMessage } from './waiting-batch'

const FORMAT = 'kasa-monitor-batch'
const VERSION = 1

/** What outlives a restart of a message that waits. */
export type KeptMessage = Omit<WaitingMessage, 'settle'>

/**
 * Payloads as V8 writes them, so that a buffer, a date or a circle comes back as what it was.
 * @returns the text, and the messages that are in it; of what cannot be kept, such as functions, there is none
 */
export function writeKept<Message extends KeptMessage>(
  messages: Iterable<Message>,
): { readonly text: string; readonly kept: ReadonlySet<Message> } {
  const kept = new Map<Message, object>()
  for (const message of messages) {
    const payloads = serialised(message.payloads)
    if (payloads !== undefined) kept.set(message, { topic: message.topic, came_at: message.came_at, payloads })
  }
  const text = JSON.stringify({ format: FORMAT, version: VERSION, messages: [...kept.values()] })
  return { text, kept: new Set(kept.keys()) }
}

/** @throws where the text is none of ours */
export function readKept(text: string): KeptMessage[] {
  const { format, version, messages } = (JSON.parse(text) ?? {}) as Record<string, unknown>
  if (format !== FORMAT || version !== VERSION || !Array.isArray(messages)) throw foreign()
  return messages.map((message: unknown) => {
    const { topic, came_at, payloads } = (message ?? {}) as Record<string, unknown>
    if (typeof topic !== 'string' || typeof came_at !== 'number' || typeof payloads !== 'string') throw foreign()
    const read: unknown = deserialize(Buffer.from(payloads, 'base64'))
    if (!Array.isArray(read)) throw foreign()
    return { topic, came_at, payloads: read }
  })
}

function serialised(payloads: readonly unknown[]): string | undefined {
  try {
    return serialize(payloads).toString('base64')
  } catch {
    return undefined
  }
}

function foreign(): MonitorError {
  return new MonitorError('DATABASE_INVALID', 'not a file of messages that wait')
}
