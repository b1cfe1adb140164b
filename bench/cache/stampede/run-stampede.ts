import { nextWord } from '../next-word'
import { STAMPEDES, type StampedeName } from './contenders'

// One contender in a process of its own: `run-stampede NAME [REDIS]`. It says when it is ready, and waits for any word.

async function main(): Promise<void> {
  const [name, redis] = process.argv.slice(2)
  const run = await STAMPEDES[name as StampedeName](redis)
  await nextWord('ready')
  process.send?.(await run(), () => process.exit(0))
}

void main()
