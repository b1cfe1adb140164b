import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../test/support/influx-servers'
import { printGoals } from '../support/goals'
import { readOptions } from '../support/options'
import { countPoints } from '../write/influxd'
import { Samples } from '../write/samples'
import type { Client, Target } from './client'
import { ClientPackage, ContribPattern, InfluxPackage, Spooled } from './clients'

const READINGS_PER_S = 20
/** Of 396 s, 240 in their middle. */
const DOWN_SHARE = 240 / 396

interface Loss {
  readonly written: number
  readonly stored: number
  readonly lost: number
}

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

/** Stored is what the server has when each client had the chance to end well. */
export async function outageBench(args: string[]): Promise<void> {
  const reason = whyNoInfluxd()
  if (reason) throw new Error(reason)
  const { seconds } = readOptions(args, { seconds: 396 })
  const clients = [new Spooled(), new InfluxPackage(), new ClientPackage(), new ContribPattern()]
  const server = await startInfluxd()
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))
  try {
    const targets = await startAll(clients, server, folder)
    const outage = crash(server, seconds)
    const written = await writeAll(clients, seconds)
    await outage
    await Promise.allSettled(clients.map((client) => client.end()))
    const losses: Record<string, Loss> = {}
    for (const [index, { name }] of clients.entries()) {
      const stored = await countPoints(targets[index] as Target)
      losses[name] = { written, stored, lost: written - stored }
    }
    const down_s = Math.round(seconds * DOWN_SHARE)
    console.log(`\n${READINGS_PER_S} readings a second for ${seconds} s, the server away for ${down_s} s in the middle`)
    console.table(losses)
    printGoals([{ name: 'readings lost', measured: losses.spooled?.lost ?? NaN, limit: 0 }])
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function startAll(clients: readonly Client[], server: Influxd, folder: string): Promise<Target[]> {
  return Promise.all(
    clients.map(async (client, index) => {
      const database = `client_${index}`
      await server.query(`CREATE DATABASE "${database}"`)
      const target = { url: server.url, database, folder }
      await client.start(target)
      return target
    }),
  )
}

async function crash(server: Influxd, seconds: number): Promise<void> {
  const up_ms = (seconds * 1000 * (1 - DOWN_SHARE)) / 2
  await pause(up_ms)
  await server.kill()
  await pause(seconds * 1000 * DOWN_SHARE)
  await server.run()
}

/** Each client gets the same readings at the same moment; what one rejects is its loss. */
async function writeAll(clients: readonly Client[], seconds: number): Promise<number> {
  const samples = new Samples('reading')
  const begin = performance.now()
  const all = READINGS_PER_S * seconds
  for (let written = 0; written < all; written++) {
    const due_ms = (written * 1000) / READINGS_PER_S
    await pause(begin + due_ms - performance.now())
    const reading = samples.reading()
    for (const client of clients) client.write(reading).catch(() => {})
  }
  return all
}
