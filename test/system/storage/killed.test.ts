import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { START, withFolder } from '../../support/database-samples'
import { startInfluxd, whyNoInfluxd } from '../../support/influx-servers'
import { killsOf } from '../../support/kills'
import { skipWithout } from '../../support/skipping'
import {
  assertSettles,
  INFLUX_DATABASE,
  openDatabase,
  readingsInFile,
  readingsInInfluxd,
  textOf,
  unlocked,
} from './stores'
import type { Key } from './stores'

const KILLS = killsOf(100)
const MOST_KILLS = 4 * KILLS
/** After a process began: it finds what the last one left, sends it, and writes. */
const LATEST_KILL_MS = 250
const WITHIN_MS = 300_000
const CHILD = join(__dirname, 'storing-child.js')

describe('a process that is killed while readings flow', () => {
  it(`has every accepted reading in its SQLite file, once, after ${KILLS} kills`, async function () {
    this.timeout(WITHIN_MS)
    await withFolder(async (folder) => {
      const file = join(folder, 'home.sqlite')
      await assertNothingLost(file, folder, () => Promise.resolve(readingsInFile(file)))
    })
  })

  it(`has every accepted reading in InfluxDB, once, after ${KILLS} kills`, async function () {
    this.timeout(WITHIN_MS)
    skipWithout(whyNoInfluxd(), this)
    const server = await startInfluxd()
    try {
      await server.query(`CREATE DATABASE "${INFLUX_DATABASE}"`)
      await withFolder((folder) => assertNothingLost(server.url, folder, () => readingsInInfluxd(server)))
    } finally {
      await server.stop()
    }
  })
})

async function assertNothingLost(target: string, folder: string, read: () => Promise<Key[]>): Promise<void> {
  const accepted: string[] = []
  // On a slow machine hardly anything is accepted so soon: then there are more kills, and later ones.
  for (let round = 0; round < KILLS || (accepted.length <= KILLS && round < MOST_KILLS); round++) {
    const delay_ms = Math.random() * LATEST_KILL_MS * (1 + Math.floor(round / KILLS))
    accepted.push(...(await killedAfter(delay_ms, target, folder, START + round * 100_000)))
  }
  assert.ok(accepted.length > KILLS, `only ${accepted.length} readings were accepted`)
  await settled(target, folder)
  const stored = (await read()).map(textOf)
  const found = new Set(stored)
  assert.equal(found.size, stored.length, 'some are stored twice')
  const lost = accepted.filter((text) => !found.has(text))
  assert.deepEqual(lost, [], `of ${accepted.length} accepted`)
}

/** Returns what was accepted until the kill. */
async function killedAfter(delay_ms: number, target: string, folder: string, first: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, target, folder, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  let fault = ''
  child.stderr.on('data', (text: Buffer) => (fault += String(text)))
  let timer: NodeJS.Timeout | undefined
  child.stdout.on('data', (text: Buffer) => {
    printed += String(text)
    if (!timer || printed.endsWith('locked\n')) {
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), delay_ms)
    }
  })
  await once(child, 'close')
  assert.equal(child.signalCode, 'SIGKILL', `it ended by itself: ${fault}`)
  // The last line may be cut.
  return printed
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes(' '))
}

async function settled(target: string, folder: string): Promise<void> {
  const database = openDatabase(target, folder)
  await unlocked(database)
  try {
    await assertSettles(database)
    assert.equal(database.status().dropped, 0)
  } finally {
    await database.stop()
  }
}
