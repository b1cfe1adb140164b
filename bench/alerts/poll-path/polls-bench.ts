import { join } from 'node:path'
import { runChild, startChild, stopChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'

const DEVICES = 1000
const RULES = [0, 10, 100, 1000] as const
const NAMES = RULES.map((count) => `${count} rules`)

/** What rules add to a poll: 1,000 of them on 1,000 devices have to cost less than the polling. */
export async function pollsBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const title = `${DEVICES} devices, each polled every second, rules for as many of them`
  const results = await compare(title, NAMES, rounds, (name) => turn(parseInt(name, 10), seconds))
  const cost = (count: number) => results[`${count} rules`]?.cpu_us_per_poll ?? NaN
  const measured = (cost(1000) - cost(0)) / cost(0)
  printGoals([{ name: '1,000 rules: x the cost of polling', measured, limit: 1 }])
}

async function turn(rules: number, seconds: number): Promise<Figures> {
  const devices = await startChild<number>(join(__dirname, '..', '..', 'poll', 'device-host.js'), [`${DEVICES}`, '0'])
  const given = [seconds, DEVICES, devices.hello, rules].map(String)
  const figures = await runChild<Figures>(join(__dirname, 'run-polls.js'), given)
  await stopChild(devices.child)
  return figures
}
