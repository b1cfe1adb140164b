import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { REDIS_SERVER, redisCli, startRedis, type RedisOptions, type RedisServer } from './redis-servers'
import { ServerProcess, type ServerProgram } from './server-process'

const MASTERS = 3
const START_MS = 30_000
const LOOK_MS = 50

/** Servers that share the keys among them. */
export interface RedisCluster {
  /** As the settings of a cache want it. */
  readonly url: string
  readonly masters: readonly RedisServer[]
  stop(): Promise<void>
}

export async function startRedisCluster(options: RedisOptions = {}): Promise<RedisCluster> {
  const starting = Array.from({ length: MASTERS }, () => startRedis({ ...options, cluster: true }))
  const masters = await Promise.all(starting)
  const addresses = masters.map(({ port }) => `127.0.0.1:${port}`)
  const [first] = masters
  if (!first) throw new Error('no master')
  await first.command('--cluster', 'create', ...addresses, '--cluster-yes')
  for (const master of masters)
    await until(async () => /cluster_state:ok/.test(await master.command('CLUSTER', 'INFO')))
  const url = `${options.tls ? 'rediss' : 'redis'}-cluster://${addresses.join()}`
  return { url, masters, stop: async () => void (await Promise.all(masters.map((master) => master.stop()))) }
}

/** Two servers, of which a sentinel knows the master, and makes the other one the master where that is gone. */
export interface RedisSentinel {
  /** As the settings of a cache want it. */
  readonly url: string
  readonly servers: readonly RedisServer[]
  /** The port of the one that is the master now. */
  master(): Promise<number>
  stop(): Promise<void>
}

export async function startRedisSentinel(options: RedisOptions = {}): Promise<RedisSentinel> {
  const login = options.password === undefined ? [] : [`masterauth ${options.password}`]
  const first = await startRedis({ ...options, lines: login })
  const second = await startRedis({ ...options, lines: [...login, `replicaof 127.0.0.1 ${first.port}`] })
  await until(async () => /master_link_status:up/.test(await second.command('INFO', 'replication')))
  const sentinel = await ServerProcess.start(sentinelOf(first.port, options))
  const ask = (...args: string[]) => redisCli(sentinel.port, {}, ['SENTINEL', ...args])
  await until(async () => (await ask('REPLICAS', 'main')).includes('127.0.0.1'))
  return {
    url: `redis-sentinel://127.0.0.1:${sentinel.port}/main`,
    servers: [first, second],
    master: async () => Number((await ask('GET-MASTER-ADDR-BY-NAME', 'main')).split('\n')[1]),
    stop: async () => void (await Promise.all([sentinel.stop(), first.stop(), second.stop()])),
  }
}

function sentinelOf(master_port: number, { password }: RedisOptions): ServerProgram {
  const commandLine = (folder: string, [port]: readonly number[]) => {
    const file = join(folder, 'sentinel.conf')
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor main 127.0.0.1 ${master_port} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 3000',
      ...(password === undefined ? [] : [`sentinel auth-pass main ${password}`]),
      '',
    ]
    writeFileSync(file, lines.join('\n'))
    return [file, '--sentinel']
  }
  const look = async (url: string) => (await redisCli(Number(new URL(url).port), {}, ['PING'])) === 'PONG'
  return { file: REDIS_SERVER, ports: 1, commandLine, look }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it does not start')
    await pause(LOOK_MS)
  }
}
