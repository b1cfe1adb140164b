import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Database } from '../../../src/database/database'
import { MonitorError } from '../../../src/domain/errors'
import { START, withFolder } from '../../support/database-samples'
import { startInfluxd, whyNoInfluxd } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'
import { reading } from '../../support/readings'
import { assertSettles, INFLUX_DATABASE, openDatabase, readingsInInfluxd, textOf, until } from './stores'

const WITHIN_MS = 120_000
const DISK_MB = 2
const READINGS_PER_CALL = 500
/** In the spool, about. */
const READING_BYTES = 120

describe('a disk that is full', () => {
  it('loses no accepted reading: what comes waits in memory, and the status says so', async function () {
    this.timeout(WITHIN_MS)
    skipWithout(whyNoInfluxd(), this)
    const server = await startInfluxd()
    try {
      await server.query(`CREATE DATABASE "${INFLUX_DATABASE}"`)
      await withFolder(async (folder) => {
        const disk = join(folder, 'disk')
        const fault = mount(disk)
        if (fault) {
          console.log(`      not run: a small disk cannot be mounted here (${fault.trim()})`)
          this.skip()
        }
        const database = openDatabase(server.url, disk)
        try {
          await server.kill()
          await database.start()
          const answers = fill(database)
          await until('the disk is full', () => database.status().code === 'DATABASE_FULL')
          await server.run()
          const accepted = (await Promise.all(answers)).flat()
          assert.ok(accepted.length > database.status().refused)
          await assertSettles(database)
          const found = new Set((await readingsInInfluxd(server)).map(textOf))
          assert.deepEqual(
            accepted.filter((text) => !found.has(text)),
            [],
          )
          // What was sent is off the disk, which is tried again after a rest.
          let step = 0
          await until('all is well again', async () => {
            await database.write([reading({ device_id: 'afterwards', timestamp: START + step++ })])
            return database.status().state === 'ok'
          })
        } finally {
          await database.stop()
          spawnSync('umount', [disk])
        }
      })
    } finally {
      await server.stop()
    }
  })
})

/** Why it could not be mounted. */
function mount(folder: string): string | undefined {
  mkdirSync(folder)
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder])
  if (error) return error.message
  return status === 0 ? undefined : String(stderr)
}

/** Hands in twice what the disk holds. Each answer is what was accepted; while the disk is full, it takes its time. */
function fill(database: Database): Promise<string[]>[] {
  const calls = (2 * DISK_MB * 1024 * 1024) / (READINGS_PER_CALL * READING_BYTES)
  return Array.from({ length: Math.ceil(calls) }, async (_call, call) => {
    const first = START + call * READINGS_PER_CALL
    const readings = Array.from({ length: READINGS_PER_CALL }, (_, index) => reading({ timestamp: first + index }))
    try {
      await database.write(readings)
      return readings.map(textOf)
    } catch (error) {
      // Memory has a bound as well.
      assert.ok(error instanceof MonitorError && error.code === 'QUEUE_FULL', String(error))
      return []
    }
  })
}
