import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { systemClock } from '../../../src/domain/clock'
import { MonitorError } from '../../../src/domain/errors'
import { tally, times } from './caches'

/** What the test may ask of this process. */
export interface Order {
  readonly id: number
  /** How many ask for the key at the same time; 0: it is deleted. */
  readonly count: number
  readonly key: string
  /** How long a load takes. */
  readonly load_ms: number
  /** The load fails with this code. */
  readonly fails?: 'REPLY_TIMEOUT'
  readonly wait_ms?: number
}

/** What this process tells the test. */
export type Report =
  | { readonly ready: true }
  | { readonly loading: string }
  /** Of the order with that number: how many got which answer. */
  | { readonly id: number; readonly answers: Readonly<Record<string, number>> }

const report = (message: Report) => process.send?.(message)

const settings = parseCacheSettings(JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>)
const cache = createCache({ settings, clock: systemClock, random: Math.random })
cache.watch(({ redis }) => {
  if (redis === 'open') report({ ready: true })
})
cache.start()

process.on('message', ({ id, key, count, load_ms, fails, wait_ms }: Order) => {
  const load = async () => {
    report({ loading: key })
    await new Promise((resolve) => setTimeout(resolve, load_ms))
    if (fails) throw new MonitorError(fails, 'as the test says')
    return `${key} of process ${process.pid}`
  }
  const options = { tags: ['everything'], ...(wait_ms !== undefined && { wait_ms }) }
  const questions = count === 0 ? [cache.delete(key)] : times(count, () => cache.fetch(key, load, options))
  void tally(questions).then((answers) => report({ id, answers }))
})
process.on('disconnect', () => process.exit())
