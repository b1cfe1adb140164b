import { setTimeout as pause } from 'node:timers/promises'
import { now_ms, STORES, type StoreName } from './stores'

// Changes values when it is told to, and says when it did: `run-changer NAME REDIS`. Ends with its parent.

const LONGEST_PAUSE_MS = 5

export interface Change {
  readonly key: string
  readonly version: number
}
export interface Changed extends Change {
  readonly at_ms: number
}

async function main(): Promise<void> {
  const [name, redis = ''] = process.argv.slice(2)
  const store = await STORES[name as StoreName](redis)
  process.on('message', ({ key, version }: Change) => {
    // So that changes fall anywhere into what is gathered.
    void pause(Math.random() * LONGEST_PAUSE_MS).then(() => {
      const at_ms = now_ms()
      store.set(key, version)
      process.send?.({ key, version, at_ms } satisfies Changed)
    })
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.('ready')
}

void main()
