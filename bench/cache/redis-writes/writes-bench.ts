import { join } from 'node:path'
import type { RedisServer } from '../../../test/support/redis-servers'
import { nextMessage, startChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { WRITERS, type WriterName } from './contenders'
import type { WriteFigures } from './run-writes'
import { resetWork, workOf } from '../server-work'

const READINGS_PER_S = 200_000
const NAMES = Object.keys(WRITERS) as WriterName[]

/** What a reading costs on its way to Redis, and what the server gets to see of it. */
export async function writesBench(server: RedisServer, { rounds, seconds }: BenchOptions): Promise<void> {
  const results = await compare('Readings into Redis', NAMES, rounds, (name) => turn(name, server, seconds))
  const cpu_us = (name: WriterName) => results[name].cpu_us ?? NaN
  const added_us = cpu_us('ours') - cpu_us('ours, memory alone')
  printGoals([
    {
      name: 'CPU of the gathered write / single SET',
      measured: cpu_us('ours, the write alone') / cpu_us('single SET'),
      limit: 0.3,
    },
    { name: 'CPU that Redis adds to a reading / single SET', measured: added_us / cpu_us('single SET'), limit: 0.3 },
    { name: 'the same, memory included', measured: cpu_us('ours') / cpu_us('single SET'), limit: 0.3 },
    { name: 'commands for a reading', measured: results.ours.commands_per_reading ?? NaN, limit: 1.1 },
  ])
}

async function turn(name: WriterName, server: RedisServer, seconds: number): Promise<Figures> {
  await server.command('FLUSHALL')
  const count = String(seconds * READINGS_PER_S)
  const { child } = await startChild<'warm'>(join(__dirname, 'run-writes.js'), [name, count, server.url])
  await resetWork(server)
  const done = nextMessage<WriteFigures>(child)
  child.send('go')
  const { readings, wall_ms, cpu_us } = await done
  const { commands, reads } = await workOf(server)
  return {
    readings_per_s: (readings / wall_ms) * 1000,
    cpu_us: cpu_us / readings,
    wall_us: (wall_ms * 1000) / readings,
    commands_per_reading: commands / readings,
    socket_reads_per_1000: (reads / readings) * 1000,
  }
}
