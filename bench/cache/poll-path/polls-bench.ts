import { join } from 'node:path'
import type { RedisServer } from '../../../test/support/redis-servers'
import { nextMessage, startChild, stopChild } from '../../support/child'
import { printGoals, type Goal } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { resetWork, workOf } from '../server-work'

const DEVICES = 2000

const WITHOUT_REDIS = ['no cache', 'memory'] as const
const WITH_REDIS = ['memory and Redis', 'memory and a frozen Redis'] as const
type Name = (typeof WITHOUT_REDIS)[number] | (typeof WITH_REDIS)[number]

/** A fleet that keeps its readings, also while Redis does not answer: nothing of it may show in a poll. */
export async function pollsBench(server: RedisServer | undefined, { rounds, seconds }: BenchOptions): Promise<void> {
  const names: readonly Name[] = [...WITHOUT_REDIS, ...(server ? WITH_REDIS : [])]
  const title = `${DEVICES} devices, each polled every second, each reading kept`
  const results = await compare(title, names, rounds, (name) => turn(name, server, seconds))
  const added = (name: Name): Goal => ({
    name: `ms added to the median poll, ${name}`,
    measured: (results[name].latency_p50_ms ?? NaN) - (results.memory.latency_p50_ms ?? NaN),
    limit: 0.5,
  })
  if (!server) return
  const questions = results['memory and Redis'].questions ?? NaN
  printGoals([...WITH_REDIS.map(added), { name: 'questions to Redis', measured: questions, limit: 0 }])
}

async function turn(name: Name, server: RedisServer | undefined, seconds: number): Promise<Figures> {
  const devices = await startChild<number>(join(__dirname, '..', '..', 'poll', 'device-host.js'), [`${DEVICES}`, '0'])
  const kept = name === 'no cache' ? [] : [name === 'memory' ? 'memory' : (server?.url ?? '')]
  const script = join(__dirname, 'run-polls.js')
  const { child } = await startChild<'warm'>(script, [seconds, DEVICES, devices.hello, ...kept].map(String))
  const redis = name === 'no cache' || name === 'memory' ? undefined : server
  if (redis) await resetWork(redis)
  if (name === 'memory and a frozen Redis') redis?.freeze()
  const done = nextMessage<Figures>(child)
  child.send('go')
  const figures = await done
  redis?.thaw()
  await stopChild(devices.child)
  return name === 'memory and Redis' && redis ? { ...figures, questions: (await workOf(redis)).questions } : figures
}
