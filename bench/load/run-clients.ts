import { setTimeout as pause } from 'node:timers/promises'
import { LoadClient } from './load-client'
import { percentile, round } from '../support/statistics'
import { QUESTION_NAMES, QUESTIONS, type QuestionName } from './questions'

// Clients in a process of their own: `run-clients PORT DEVICE_ID ...`. Gets orders, ends with its parent.

export interface ClientsOrder {
  readonly clients: number
  /** Of all of them together. */
  readonly requests_per_s: number
  readonly seconds: number
  /** An answer that comes later, counted from when its request was due, is a failure. */
  readonly patience_ms: number
}

export interface Answers {
  readonly requests: number
  readonly failures: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

export interface Asked {
  readonly all: Answers
  readonly by_question: Readonly<Record<string, Answers>>
  /** How failures showed: a status, `late`, or `no answer`. */
  readonly failures: Readonly<Record<string, number>>
}

interface Outcome {
  readonly question: QuestionName
  readonly duration_ms: number
  readonly failure?: string
}

const [port = '', ...deviceIds] = process.argv.slice(2)

process.on('message', (order: ClientsOrder) => {
  void run(order).then((asked) => process.send?.(asked))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function run(order: ClientsOrder): Promise<Asked> {
  const begin_ms = performance.now()
  const turns = Array.from({ length: order.clients }, (_, index) => ofClient(index, order, begin_ms))
  const outcomes = (await Promise.all(turns)).flat()
  const failures = new Map<string, number>()
  for (const { failure } of outcomes) if (failure !== undefined) failures.set(failure, (failures.get(failure) ?? 0) + 1)
  const of = (name: QuestionName) => outcomes.filter(({ question }) => question === name)
  return {
    all: answersOf(outcomes),
    by_question: Object.fromEntries(QUESTION_NAMES.map((name) => [name, answersOf(of(name))])),
    failures: Object.fromEntries(failures),
  }
}

/**
 * Asks when a request is due, however long the one before took: whoever waits in line is counted as waiting. What was due while it
 * waited in vain is late as well, and not asked any more: nobody would get out of a jam otherwise.
 */
async function ofClient(index: number, order: ClientsOrder, begin_ms: number): Promise<Outcome[]> {
  const { clients, requests_per_s, seconds, patience_ms } = order
  const every_ms = (1000 * clients) / requests_per_s
  const client = new LoadClient(Number(port))
  const outcomes: Outcome[] = []
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
    outcomes.push({ question, duration_ms: since_due_ms(), ...failureOf(status) })
  }
  client.close()
  return outcomes
}

function failureOf(status: number | string): { readonly failure?: string } {
  return status === 200 ? {} : { failure: String(status) }
}

function answersOf(outcomes: readonly Outcome[]): Answers {
  const durations = outcomes.filter(({ failure }) => failure === undefined).map(({ duration_ms }) => duration_ms)
  const at = (percent: number) => round(percentile(durations, percent), 1)
  const failures = outcomes.length - durations.length
  return { requests: outcomes.length, failures, p50_ms: at(50), p95_ms: at(95), p99_ms: at(99), max_ms: at(100) }
}
