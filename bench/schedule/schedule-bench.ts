import { join } from 'node:path'
import { runChild } from '../support/child'
import { printGoals } from '../support/goals'
import { readOptions, rotated } from '../support/options'
import { median, round } from '../support/statistics'
import type { ScheduleFigures } from './run-schedule'

const CONTENDERS = ['wheel', 'set-timeout'] as const
type Name = (typeof CONTENDERS)[number]

/** The schedule alone beside a `setTimeout` per device, with intervals of 1 to 60 s that all differ. */
export async function scheduleBench(args: string[]): Promise<void> {
  const { rounds, seconds } = readOptions(args)
  for (const count of [10_000, 100_000]) {
    const turns: Record<Name, ScheduleFigures[]> = { wheel: [], 'set-timeout': [] }
    for (let index = 0; index < rounds; index++) {
      for (const name of rotated(CONTENDERS, index)) {
        const file = join(__dirname, 'run-schedule.js')
        turns[name].push(await runChild(file, [name, String(count), String(seconds)], ['--expose-gc']))
      }
    }
    const middle = (name: Name, key: keyof ScheduleFigures) => round(median(turns[name].map((turn) => turn[key])), 2)
    const keys = ['fires_per_s', 'cpu_percent', 'late_p50_ms', 'late_p99_ms', 'bytes_per_device'] as const
    console.log(`\n${count.toLocaleString('en')} devices, the schedule alone`)
    console.table(
      Object.fromEntries(
        CONTENDERS.map((name) => [name, Object.fromEntries(keys.map((key) => [key, middle(name, key)]))]),
      ),
    )
    const cpu = middle('wheel', 'cpu_percent') / middle('set-timeout', 'cpu_percent')
    printGoals(
      count < 100_000
        ? [{ name: 'CPU / setTimeout', measured: cpu, limit: 1 }]
        : [
            { name: 'CPU / setTimeout', measured: cpu, limit: 0.4 },
            { name: '99 % of polls late by at most, ms', measured: middle('wheel', 'late_p99_ms'), limit: 15 },
            { name: 'bytes per device', measured: middle('wheel', 'bytes_per_device'), limit: 40 },
          ],
    )
  }
}
