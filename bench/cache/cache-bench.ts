import { startRedis, whyNoRedis } from '../../test/support/redis-servers'
import { readOptions } from '../support/options'
import { entryMemoryBench } from './entry-memory/entry-memory-bench'
import { hitsBench } from './hits/hits-bench'
import { invalidationBench } from './invalidation/invalidation-bench'
import { messagesBench } from './messages/messages-bench'
import { pollsBench } from './poll-path/polls-bench'
import { writesBench } from './redis-writes/writes-bench'
import { stampedeBench } from './stampede/stampede-bench'

/** The cache beside what it is built on, and beside the nearest node of others. */
export async function cacheBench(args: string[]): Promise<void> {
  const options = readOptions(args, { rounds: 3, seconds: 1 })
  const reason = whyNoRedis()
  const server = reason === undefined ? await startRedis() : undefined
  try {
    await hitsBench(options)
    await stampedeBench(server?.url)
    await messagesBench(options)
    await entryMemoryBench(options)
    await pollsBench(server, options)
    if (server) {
      await writesBench(server, options)
      await invalidationBench(server.url, options)
    } else {
      console.log(`\nNot run: writes, invalidation, and all else that needs Redis: ${reason}`)
    }
  } finally {
    await server?.stop()
  }
}
