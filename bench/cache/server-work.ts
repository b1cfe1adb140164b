import type { RedisServer } from '../../test/support/redis-servers'

/** What the server has done since its figures were reset. */
export interface ServerWork {
  readonly commands: number
  /** Those that wait for a value. */
  readonly questions: number
  /** Times that it read from a socket: what is gathered comes in few. */
  readonly reads: number
}

const CALLS = /^cmdstat_(?!config|info)([^:]+):calls=(\d+)/gm
const QUESTION = /^(get|getrange|mget|pttl|scan|zrange|eval|evalsha)$/
const READS = /^total_reads_processed:(\d+)/m

export async function resetWork(server: RedisServer): Promise<void> {
  await server.command('CONFIG', 'RESETSTAT')
}

export async function workOf(server: RedisServer): Promise<ServerWork> {
  const text = String(await server.command('INFO', 'all'))
  const calls = [...text.matchAll(CALLS)].map(([, name = '', count]) => ({ name, count: Number(count) }))
  const sum = (some: typeof calls) => some.reduce((all, { count }) => all + count, 0)
  return {
    commands: sum(calls),
    questions: sum(calls.filter(({ name }) => QUESTION.test(name))),
    reads: Number(READS.exec(text)?.[1]),
  }
}
