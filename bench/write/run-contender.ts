import { EventLoopWatch } from '../support/event-loop'
import { cpuSince_us } from '../support/statistics'
import type { Contender, WriteFigures, WriteTask } from './contender'
import { influxdbBatch, influxdbOut } from './contenders/influxdb-nodes'
import { kasaWrite } from './contenders/kasa-write'
import { NodeRedWriter } from './contenders/node-red-writer'
import { RawLines } from './contenders/raw-lines'
import { Spooled } from './contenders/spooled'
import { Samples } from './samples'

// One turn of one contender in a process of its own: `run-contender NAME TASK`.

const CONTENDERS: Readonly<Record<string, () => Contender>> = {
  spooled: () => new Spooled(),
  raw: () => new RawLines(),
  'influxdb-out': () => new NodeRedWriter(influxdbOut),
  'influxdb-batch': () => new NodeRedWriter(influxdbBatch),
  // `kasa-poll` waits for no Complete: a fleet's readings overlap.
  'kasa-write': () => new NodeRedWriter(kasaWrite(500)),
  'kasa-write-in-turn': () => new NodeRedWriter(kasaWrite(1)),
}

const WARM_UP_MS = 1000

async function main(): Promise<void> {
  const [name = '', text = '{}'] = process.argv.slice(2)
  const task = JSON.parse(text) as WriteTask
  const make = CONTENDERS[name]
  if (!make) throw new Error(`no contender ${name}`)
  const contender = make()
  await contender.start(task, new Samples(task.shape))
  const warmedUp = await contender.write(WARM_UP_MS)
  const watch = new EventLoopWatch()
  const rss_before_bytes = process.memoryUsage().rss
  const cpu = process.cpuUsage()
  const begin = performance.now()
  watch.start()
  const points = await contender.write(task.seconds * 1000)
  const blocks = watch.stop()
  const figures: WriteFigures = {
    points,
    seconds: (performance.now() - begin) / 1000,
    cpu_us: cpuSince_us(cpu),
    ...blocks,
    rss_before_bytes,
    rss_after_bytes: process.memoryUsage().rss,
    points_in_all: warmedUp + points,
  }
  await contender.stop()
  process.send?.(figures, () => process.exit(0))
}

void main()
