import { nextWord } from '../next-word'
import { STAMPEDES, type StampedeName } from './contenders'

// One contender in a process of its own: `run-stampede NAME [REDIS]`. It says when it is ready, waits for any word, and
// ends with its parent: what it has brought is on its way to Redis when it is answered.

async function main(): Promise<void> {
  const [name, redis] = process.argv.slice(2)
  const run = await STAMPEDES[name as StampedeName](redis)
  await nextWord('ready')
  process.on('disconnect', () => process.exit(0))
  process.send?.(await run())
}

void main()
