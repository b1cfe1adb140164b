import { join } from 'node:path'
import { nextMessage, startChild, stopChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import { STAMPEDES, type StampedeName } from './contenders'
import { ASKS, type Stampede } from './question'

const NAMES = Object.keys(STAMPEDES) as StampedeName[]

/** A count, the same in every round: there is one. */
export async function stampedeBench(redis: string | undefined): Promise<void> {
  const results: Record<string, Stampede> = {}
  for (const name of NAMES) results[name] = await stampede(name, 1)
  if (redis !== undefined) results['ours, two processes on one Redis'] = await stampede('ours', 2, redis)
  console.log(`\nA stampede: ${ASKS} questions in each process for one missing value`)
  console.table(results)
  printGoals(
    Object.keys(results)
      .filter((name) => name.startsWith('ours') || name === 'kasa-cache')
      .map((name) => ({ name: `loads, ${name}`, measured: results[name]?.loads ?? NaN, limit: 1 })),
  )
}

async function stampede(name: StampedeName, processes: number, redis?: string): Promise<Stampede> {
  const script = join(__dirname, 'run-stampede.js')
  const start = () => startChild<'ready'>(script, [name, ...(redis === undefined ? [] : [redis])])
  const started = await Promise.all(Array.from({ length: processes }, start))
  const all = await Promise.all(
    started.map(({ child }) => {
      const done = nextMessage<Stampede>(child)
      child.send('go')
      return done
    }),
  )
  await Promise.all(started.map(({ child }) => stopChild(child)))
  return {
    loads: all.reduce((sum, { loads }) => sum + loads, 0),
    answers: all.reduce((sum, { answers }) => sum + answers, 0),
  }
}
