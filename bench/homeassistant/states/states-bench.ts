import { join } from 'node:path'
import { startMosquitto } from '../../../test/support/mosquitto'
import { runChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'

const NAMES = ['bridge', 'bridge-every-change', 'bare-mqtt'] as const

/** 1,000 devices that are read every second: what each reading costs, and how long the event loop is held. */
export async function statesBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const title = '1,000 devices, each read once a second'
  const results = await compare(title, NAMES, rounds, (name) => turn(name, seconds))
  const ours = results['bridge-every-change']
  const bare = results['bare-mqtt'].cpu_us_per_reading ?? NaN
  printGoals([
    { name: 'p99 of the event loop, every change told, ms', measured: ours.delay_p99_ms ?? NaN, limit: 20 },
    {
      name: 'CPU a reading, every change told: x bare mqtt',
      measured: (ours.cpu_us_per_reading ?? NaN) / bare,
      limit: 2,
    },
    {
      name: 'CPU a reading, as set: x bare mqtt',
      measured: (results.bridge.cpu_us_per_reading ?? NaN) / bare,
      limit: 1,
    },
  ])
}

async function turn(name: string, seconds: number): Promise<Figures> {
  const broker = await startMosquitto()
  try {
    return await runChild<Figures>(join(__dirname, 'run-states.js'), [
      name,
      `${seconds}`,
      `mqtt://127.0.0.1:${broker.port}`,
    ])
  } finally {
    await broker.stop()
  }
}
