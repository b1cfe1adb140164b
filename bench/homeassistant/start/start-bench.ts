import { join } from 'node:path'
import { startMosquitto } from '../../../test/support/mosquitto'
import { runChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import { compare, type Figures } from '../../support/turns'

/** A start with 1,000 devices: all of them announced soon, and the broker not flooded. */
export async function startBench(): Promise<void> {
  const { bridge } = await compare('A start with 1,000 devices', ['bridge'], 1, turn)
  printGoals([
    { name: 'until the last one is announced, s', measured: bridge.announced_s ?? NaN, limit: 30 },
    { name: 'announcements in a second, at most', measured: bridge.max_in_a_second ?? NaN, limit: 100 },
  ])
}

async function turn(): Promise<Figures> {
  const broker = await startMosquitto()
  try {
    return await runChild<Figures>(join(__dirname, 'run-start.js'), [`mqtt://127.0.0.1:${broker.port}`])
  } finally {
    await broker.stop()
  }
}
