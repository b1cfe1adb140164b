import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { startChild, stopChild } from '../../support/child'
import { percentile } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import type { Change, Changed } from './run-changer'
import { now_ms, STORES, type Store, type StoreName } from './stores'

// Reads what another process changes: `run-reader NAME SECONDS REDIS`. It looks as often as it can.

const KEYS = 20

/** One key: served from memory, changed elsewhere, served anew. */
class Watched {
  private version = 0
  private changed_ms: number | undefined
  private gone_ms: number | undefined
  private seen = true
  /** Looks that gave the old value after it had been gone. */
  came_back = 0

  constructor(
    private readonly key: string,
    private readonly changer: ChildProcess,
    private readonly delays: number[],
  ) {}

  changed({ at_ms }: Changed): void {
    this.changed_ms = at_ms
  }

  /** Looks once; asks for the next change when the last one is seen. */
  async look(store: Store): Promise<void> {
    if (this.seen) return this.next()
    const version = await store.get(this.key)
    if (version !== this.version - 1) this.gone_ms ??= now_ms()
    else if (this.gone_ms !== undefined) this.came_back++
    if (version !== this.version || this.changed_ms === undefined) return
    this.delays.push((this.gone_ms as number) - this.changed_ms)
    this.seen = true
  }

  private next(): void {
    this.version++
    this.seen = false
    this.gone_ms = this.changed_ms = undefined
    this.changer.send({ key: this.key, version: this.version } satisfies Change)
  }
}

async function main(): Promise<void> {
  const [name, seconds, redis = ''] = process.argv.slice(2)
  const store = await STORES[name as StoreName](redis)
  const { child } = await startChild<'ready'>(join(__dirname, 'run-changer.js'), [name as StoreName, redis])
  const delays: number[] = []
  const watched = new Map(
    Array.from({ length: KEYS }, (_, index) => [`key:${index}`, new Watched(`key:${index}`, child, delays)]),
  )
  child.on('message', (changed: Changed) => watched.get(changed.key)?.changed(changed))
  const end = performance.now() + Number(seconds) * 1000
  while (performance.now() < end) {
    for (const each of watched.values()) await each.look(store)
    await turnOfLoop()
  }
  await stopChild(child)
  const figures: Figures = {
    changes: delays.length,
    p50_ms: percentile(delays, 50),
    p99_ms: percentile(delays, 99),
    max_ms: Math.max(...delays),
    max_came_back: [...watched.values()].reduce((sum, { came_back }) => sum + came_back, 0),
  }
  process.send?.(figures, () => process.exit(0))
}

void main()
