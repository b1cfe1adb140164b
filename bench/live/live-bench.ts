import { join } from 'node:path'
import { nextMessage, startChild, stopChild } from '../support/child'
import { printGoals } from '../support/goals'
import { readOptions } from '../support/options'
import { compare, type Figures } from '../support/turns'
import type { Received } from './run-clients'
import type { LiveName, LiveResult } from './run-server'

const CLIENTS = 50
const NAMES: readonly LiveName[] = ['told to nobody', 'kasa-api', 'one per frame', 'one per frame, encoded once']

/** A thousand readings a second to 50 clients of WebSocket; what is measured is the CPU of whoever tells them. */
export async function liveBench(args: string[]): Promise<void> {
  const { rounds, seconds } = readOptions(args, { rounds: 5, seconds: 3 })
  const title = `1,000 readings a second to ${CLIENTS} WebSocket clients`
  const results = await compare(title, NAMES, rounds, (name) => turn(name, seconds))
  const all = (name: LiveName) => results[name].cpu_us_per_delivered ?? NaN
  const cpu = (name: LiveName) => all(name) - all('told to nobody')
  printGoals([
    {
      name: 'CPU of a delivered reading / one per frame',
      measured: cpu('kasa-api') / cpu('one per frame'),
      limit: 0.1,
    },
    { name: 'readings lost', measured: results['kasa-api'].max_lost ?? NaN, limit: 0 },
  ])
}

async function turn(name: LiveName, seconds: number): Promise<Figures> {
  const server = await startChild<number>(join(__dirname, 'run-server.js'), [name])
  const count = name === 'told to nobody' ? 0 : CLIENTS
  const clients = await startChild(join(__dirname, 'run-clients.js'), [String(server.hello), String(count)])
  try {
    server.child.send({ seconds })
    const { cpu_us, readings, all_readings } = await nextMessage<LiveResult>(server.child)
    clients.child.send('what came')
    const received = await nextMessage<Received>(clients.child)
    return {
      cpu_us_per_delivered: cpu_us / (readings * CLIENTS),
      cpu_pct: cpu_us / (seconds * 10_000),
      readings_per_frame: received.readings / received.frames,
      bytes_per_reading: received.bytes / received.readings,
      max_lost: all_readings * count - received.readings,
    }
  } finally {
    await stopChild(clients.child)
    await stopChild(server.child)
  }
}
