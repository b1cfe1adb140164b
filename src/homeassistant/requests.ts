import { invalid, type MonitorError, toMonitorError } from '../domain/errors'
import type { Broker, ReceivedMessage } from '../mqtt/broker'
import { errorIn } from './commands/result'
import type { JsonValue } from './entities/component'
import type { Topics } from './topics'

/** What the bridge itself can be asked for. */
export const REQUESTS = {
  devices: 'all devices, with name, model, and whether they are there',
  publish: 'everything once more',
  remove: 'the device with the id or name in `device`, taken away',
} as const
export type RequestName = keyof typeof REQUESTS

const LONGEST_REQUEST = 4096
const LONGEST_TRANSACTION = 128

export interface RequestsParts {
  readonly broker: Pick<Broker, 'subscribe' | 'tell'>
  readonly topics: Topics
  /** @throws MonitorError what becomes the answer */
  readonly serve: (request: RequestName, device: string) => JsonValue | undefined
}

interface Asked {
  readonly device: string
  readonly transaction: string | undefined
}

/** Answers what is asked of the bridge by MQTT. */
export class Requests {
  private end: (() => void) | undefined

  constructor(private readonly parts: RequestsParts) {}

  start(): void {
    this.end = this.parts.broker.subscribe(this.parts.topics.request_filter, (message) => this.take(message))
  }

  /** May be called twice. */
  stop(): void {
    this.end?.()
    this.end = undefined
  }

  private take({ topic, payload, retain }: ReceivedMessage): void {
    const name = topic.slice(topic.lastIndexOf('/') + 1)
    // Whatever else is asked there has no topic for its answer.
    if (retain || !Object.hasOwn(REQUESTS, name)) return
    const request = name as RequestName
    const asked = parse(payload)
    const answer = 'code' in asked ? { ok: false, error: errorIn(asked) } : this.answer(request, asked)
    this.parts.broker.tell({ topic: this.parts.topics.response(request), payload: JSON.stringify(answer), qos: 1 })
  }

  private answer(request: RequestName, { device, transaction }: Asked) {
    const known = transaction === undefined ? {} : { transaction }
    try {
      const data = this.parts.serve(request, device)
      return { ok: true, ...known, ...(data !== undefined && { data }) }
    } catch (thrown) {
      return { ok: false, ...known, error: errorIn(toMonitorError(thrown)) }
    }
  }
}

/** Nothing is as good as an empty object. */
function parse(payload: string): Asked | MonitorError {
  const given = payload.trim() === '' ? {} : parseObject(payload)
  if (!given)
    return invalid('INPUT_INVALID', 'payload', payload, `a JSON object of at most ${LONGEST_REQUEST} characters`)
  const { device = '', transaction } = given
  if (typeof device !== 'string') return invalid('INPUT_INVALID', 'device', device, 'the id or name of a device')
  if (transaction === undefined) return { device, transaction }
  if (typeof transaction === 'string' && transaction.length <= LONGEST_TRANSACTION) return { device, transaction }
  return invalid('INPUT_INVALID', 'transaction', transaction, `at most ${LONGEST_TRANSACTION} characters of text`)
}

function parseObject(payload: string): Readonly<Record<string, unknown>> | undefined {
  if (payload.length > LONGEST_REQUEST) return undefined
  try {
    const given: unknown = JSON.parse(payload)
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
    return isObject ? (given as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
