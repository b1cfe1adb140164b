import { cpuSince_us } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import { HITS, HITS_AT_ONCE, type Hits, type HitsName } from './contenders'

// One turn of one contender in a process of its own: `run-hits NAME SECONDS`.

const WARM_UP_S = 0.5

async function main(): Promise<void> {
  const [name, seconds] = process.argv.slice(2)
  const hits = HITS[name as HitsName]()
  await ask(hits, WARM_UP_S)
  process.send?.(await ask(hits, Number(seconds)), () => process.exit(0))
}

async function ask(hits: Hits, seconds: number): Promise<Figures> {
  const begin = performance.now()
  const cpu = process.cpuUsage()
  let [asks, found] = [0, 0]
  while (performance.now() - begin < seconds * 1000) {
    found += await hits()
    asks += HITS_AT_ONCE
  }
  return {
    million_per_s: asks / (performance.now() - begin) / 1000,
    million_per_cpu_s: asks / cpuSince_us(cpu),
    hit_rate: found / asks,
  }
}

void main()
