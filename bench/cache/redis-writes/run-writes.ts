import { nextWord } from '../next-word'
import { cpuSince_us } from '../../support/statistics'
import { WRITERS, type WriterName } from './contenders'

// One turn of one contender in a process of its own: `run-writes NAME READINGS REDIS`. Warm, it says so, and waits for any
// word.

/** By number: time would leave a slow contender cold. So many until the code is compiled, and the heap has found its size. */
const WARM_UP = 200_000

export interface WriteFigures {
  readonly readings: number
  readonly wall_ms: number
  readonly cpu_us: number
}

async function main(): Promise<void> {
  const [name, count, redis = ''] = process.argv.slice(2)
  const write = await WRITERS[name as WriterName](redis)
  await write(WARM_UP)
  await nextWord('warm')
  const begin = performance.now()
  const cpu = process.cpuUsage()
  const readings = await write(Number(count))
  const figures: WriteFigures = { readings, wall_ms: performance.now() - begin, cpu_us: cpuSince_us(cpu) }
  process.send?.(figures, () => process.exit(0))
}

void main()
