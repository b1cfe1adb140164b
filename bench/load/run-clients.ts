import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { LoadClient } from './load-client'
import { QUESTION_NAMES, QUESTIONS, type QuestionName } from './questions'
import { Tally, type Asked } from './tally'

// Clients in a process of their own: `run-clients PORT DEVICE_ID ...`. Gets orders, ends with its parent.

export interface ClientsOrder {
  readonly clients: number
  /** Of all of them together. */
  readonly requests_per_s: number
  readonly seconds: number
  /** An answer that comes later, counted from when its request was due, is a failure. */
  readonly patience_ms: number
}

const [port = '', ...deviceIds] = process.argv.slice(2)

process.on('message', (order: ClientsOrder) => {
  void run(order).then((asked) => process.send?.(asked))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function run(order: ClientsOrder): Promise<Asked> {
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const begin_ms = performance.now()
  const tally = new Tally()
  await Promise.all(Array.from({ length: order.clients }, (_, index) => ofClient(index, order, begin_ms, tally)))
  stalls.disable()
  return tally.asked(stalls.max / 1e6)
}

/**
 * Asks when a request is due, however long the one before took: whoever waits in line is counted as waiting. What was due while it
 * waited in vain is late as well, and not asked any more: nobody would get out of a jam otherwise.
 */
async function ofClient(index: number, order: ClientsOrder, begin_ms: number, tally: Tally): Promise<void> {
  const { clients, requests_per_s, seconds, patience_ms } = order
  const every_ms = (1000 * clients) / requests_per_s
  const client = new LoadClient(Number(port))
  let gave_up_ms = 0
  for (let turn = 0; ; turn++) {
    const due_ms = every_ms * (turn + index / clients)
    if (due_ms >= seconds * 1000) break
    const since_due_ms = () => performance.now() - begin_ms - due_ms
    if (since_due_ms() < 0) await pause(-since_due_ms())
    const question = QUESTION_NAMES[(index + turn) % QUESTION_NAMES.length] as QuestionName
    const path = QUESTIONS[question](deviceIds[(index + turn) % deviceIds.length] ?? '')
    const patience_left_ms = patience_ms - since_due_ms()
    const isInVain = due_ms < gave_up_ms || patience_left_ms <= 0
    const status = isInVain ? 'late' : await client.ask(path, patience_left_ms)
    if (status === 'late' && !isInVain) gave_up_ms = performance.now() - begin_ms
    tally.add(question, status, since_due_ms())
  }
  client.close()
}
