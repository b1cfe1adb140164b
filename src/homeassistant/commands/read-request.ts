import { invalid, toMonitorError, type MonitorError } from '../../domain/errors'
import { COMMAND_KEYS, type CommandKey } from './command-keys'
import type { CommandTopic } from './command-topic'
import { isCommandKey, readWish } from './read-wish'
import type { Wish } from './wish'

/** Far more than any command needs. */
export const LONGEST_COMMAND = 4096
export const LONGEST_CORRELATION = 128
const CORRELATION = 'correlation'

/** A message that asks for something, or why it cannot be understood. */
export type Request = {
  /** Those that we know. */
  readonly keys: readonly CommandKey[]
  /** With which the sender knows the result again. */
  readonly correlation?: string
} & ({ readonly wish: Wish } | { readonly error: MonitorError })

type Entry = readonly [key: string, value: unknown]

/** Takes anything. */
export function readRequest({ key }: CommandTopic, payload: string): Request {
  let asked: Pick<Request, 'keys' | 'correlation'> = { keys: [] }
  try {
    const entries = key === undefined ? entriesIn(payload) : [[key, bounded(payload)] as const]
    asked = { keys: entries.map(([each]) => each).filter(isCommandKey) }
    asked = { ...asked, ...correlationIn(entries) }
    return { ...asked, wish: readWish(entries.filter(([each]) => each !== CORRELATION)) }
  } catch (thrown) {
    return { ...asked, error: toMonitorError(thrown) }
  }
}

function bounded(payload: string): string {
  if (payload.length <= LONGEST_COMMAND) return payload
  throw invalid('INPUT_INVALID', 'payload', `${payload.length} characters`, `at most ${LONGEST_COMMAND} characters`)
}

function entriesIn(payload: string): Entry[] {
  const given = parsed(bounded(payload))
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return Object.entries(given)
  throw invalid('INPUT_INVALID', 'payload', payload, `JSON of an object with ${Object.keys(COMMAND_KEYS).join(', ')}`)
}

function correlationIn(entries: readonly Entry[]): { correlation?: string } {
  const entry = entries.find(([key]) => key === CORRELATION)
  if (!entry) return {}
  const [, correlation] = entry
  if (typeof correlation === 'string' && correlation.length <= LONGEST_CORRELATION) return { correlation }
  throw invalid('INPUT_INVALID', CORRELATION, correlation, `text of at most ${LONGEST_CORRELATION} characters`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
