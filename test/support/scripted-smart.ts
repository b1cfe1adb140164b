import type { MonitorError } from '../../src/domain/errors'
import { DEFAULT_TIMEOUTS } from '../../src/integrations/integration'
import { SmartDevice } from '../../src/integrations/kasa/protocols/smart/smart-device'
import { SmartReader } from '../../src/integrations/kasa/protocols/smart/smart-reader'
import type { Exchange, ExchangeOwner, Transport } from '../../src/integrations/kasa/transports/exchange'
import { Network } from '../../src/integrations/kasa/transports/network'
import { RequestQueue } from '../../src/integrations/kasa/transports/request-queue'
import { FakeClock } from './fake-clock'

/** Replies by method: a result, or the code of an error. */
export type Methods = Record<string, unknown>
interface Call {
  readonly method: string
  readonly params?: { readonly [key: string]: unknown }
}

/** What a device answers, without any network: as a batch, one by one, for a child, in pages. */
export class ScriptedSmart {
  /** The methods of each request, in order; those of a child after its id. */
  readonly requests: string[] = []
  /** The error for every batch, where the device knows none. */
  batch_error_code = 0
  /** Without it a batch answers each of its calls, whatever goes wrong. */
  stopsAtError = true
  page_size = 10
  /** Some firmware writes what is no JSON. */
  garble = (reply: string): string => reply
  /** Instead of what the methods say. */
  failWith: ((request: string) => MonitorError | undefined) | undefined

  constructor(
    public methods: Methods,
    public children: Record<string, Methods> = {},
  ) {}

  reply(text: string): string {
    return this.garble(this.answerTo(JSON.parse(text) as Call))
  }

  private answerTo(call: Call): string {
    if (call.method !== 'control_child') return JSON.stringify(this.answer(call, this.methods, ''))
    const { device_id, requestData } = call.params as unknown as { device_id: string; requestData: Call }
    const methods = this.children[device_id]
    if (!methods) return JSON.stringify({ error_code: -1008 })
    const responseData = this.answer(requestData, methods, `${device_id}:`)
    return JSON.stringify({ error_code: 0, result: { responseData } })
  }

  private answer(call: Call, methods: Methods, prefix: string): object {
    if (call.method !== 'multipleRequest') {
      this.requests.push(prefix + call.method)
      return this.result(call, methods)
    }
    const calls = (call.params as unknown as { requests: Call[] }).requests
    this.requests.push(prefix + calls.map(({ method }) => method).join())
    if (this.batch_error_code !== 0) return { error_code: this.batch_error_code }
    const responses: object[] = []
    for (const each of calls) {
      const result = this.result(each, methods)
      responses.push({ method: each.method, ...result })
      if (this.stopsAtError && result.error_code !== 0) break
    }
    return { error_code: 0, result: { responses } }
  }

  private result({ method, params }: Call, methods: Methods): { error_code: number; result?: unknown } {
    const value = Object.hasOwn(methods, method) ? methods[method] : -1002
    if (typeof value === 'number') return { error_code: value }
    return { error_code: 0, result: this.page(value, Number(params?.start_index ?? 0)) }
  }

  page(value: unknown, start_index: number): unknown {
    const list = Object.entries((value ?? {}) as object).find(([key]) => /^child_.*list$/.test(key))
    const items = list?.[1] as unknown
    if (!list || !Array.isArray(items)) return value
    const page: unknown[] = items.slice(start_index, start_index + this.page_size)
    return { [list[0]]: page, start_index, sum: items.length }
  }
}

class ScriptedTransport implements Transport {
  constructor(
    private readonly owner: ExchangeOwner,
    private readonly script: ScriptedSmart,
  ) {}

  start(exchange: Exchange): void {
    const { text } = exchange.request
    const reply = this.script.reply(text)
    const error = this.script.failWith?.(text)
    queueMicrotask(() => this.owner.onEnd(exchange, error, error ? '' : reply))
  }

  fail(exchange: Exchange, error: MonitorError): void {
    this.owner.onEnd(exchange, error, '')
  }

  onTimeout(): void {}
  stop(): void {}
}

/** A reader over a script. */
export function scriptedReader(script: ScriptedSmart, expected_id?: string) {
  const clock = new FakeClock()
  const network = new Network(clock, DEFAULT_TIMEOUTS)
  const device = new SmartDevice('127.0.0.1', expected_id)
  const failures: string[] = []
  const onFailure = (error: MonitorError) => failures.push(error.code)
  const queue: RequestQueue = new RequestQueue(() => transport, onFailure)
  const transport = new ScriptedTransport(queue, script)
  const reader = new SmartReader({ host: '127.0.0.1', device, network, queue, onFailure })
  return { reader, device, clock, failures }
}
