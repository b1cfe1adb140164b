import { invalid, MonitorError } from '../../domain/errors'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where a Redis is. */
export type RedisTarget =
  | { readonly kind: 'standalone'; readonly tls: boolean; readonly at: HostPort; readonly database: number }
  | {
      readonly kind: 'sentinel'
      readonly tls: boolean
      readonly sentinels: readonly HostPort[]
      /** As the sentinels call it. */
      readonly master: string
      readonly database: number
    }
  | { readonly kind: 'cluster'; readonly tls: boolean; readonly nodes: readonly HostPort[] }

const PORT = { redis: 6379, sentinel: 26_379 } as const
const HIGHEST_DATABASE = 9999
const MAXIMUM_HOSTS = 100
const FORMS = [
  'redis://host:6379/0',
  'redis-sentinel://host:26379,host:26379/master-name?db=0',
  'redis-cluster://host:6379,host:6379',
]
const ALLOWED = `${FORMS.join(', ')}, or the same with rediss for TLS`
const SCHEME = /^(rediss?)(-sentinel|-cluster)?:\/\/([^/?#]*)([^#]*)$/
const HOST_PORT = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::(\d{1,5}))?$/i

/** @throws MonitorError `CONFIG_INVALID` naming `redis_url`; it repeats no password */
export function parseRedisUrl(given: unknown): RedisTarget {
  const text = typeof given === 'string' ? given.trim() : ''
  // The value is not repeated: it may hold a password.
  if (text.includes('@')) {
    const range = 'an address without a login; the user and password have fields of their own'
    throw new MonitorError('CONFIG_INVALID', `redis_url: expected ${range}`, { details: { field: 'redis_url', range } })
  }
  const target = parse(text)
  if (target) return target
  throw invalid('CONFIG_INVALID', 'redis_url', typeof given === 'string' ? withoutQuery(given) : given, ALLOWED)
}

/** What people call it. */
export function redisName(target: RedisTarget): string {
  const scheme = target.tls ? 'rediss' : 'redis'
  switch (target.kind) {
    case 'standalone':
      return `${scheme}://${hostPortText(target.at)}/${target.database}`
    case 'sentinel':
      return `${scheme}-sentinel://${target.sentinels.map(hostPortText).join()}/${target.master}?db=${target.database}`
    case 'cluster':
      return `${scheme}-cluster://${target.nodes.map(hostPortText).join()}`
  }
}

export function hostPortText({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function parse(text: string): RedisTarget | undefined {
  const [, scheme, variant, hosts = '', rest = ''] = SCHEME.exec(text) ?? []
  if (scheme === undefined) return undefined
  const tls = scheme === 'rediss'
  switch (variant) {
    case undefined:
      return parseStandalone(tls, hosts, rest)
    case '-sentinel':
      return parseSentinel(tls, hosts, rest)
    default: {
      const nodes = hostsOf(hosts, PORT.redis)
      return nodes && (rest === '' || rest === '/') ? { kind: 'cluster', tls, nodes } : undefined
    }
  }
}

function parseStandalone(tls: boolean, hosts: string, rest: string): RedisTarget | undefined {
  const [at, ...others] = hostsOf(hosts, PORT.redis) ?? []
  const database = databaseOf(/^\/?(\d*)$/.exec(rest)?.[1])
  if (!at || others.length > 0 || database === undefined) return undefined
  return { kind: 'standalone', tls, at, database }
}

function parseSentinel(tls: boolean, hosts: string, rest: string): RedisTarget | undefined {
  const sentinels = hostsOf(hosts, PORT.sentinel)
  const [, master, given = ''] = /^\/([\w.-]{1,100})(?:\?db=(\d+))?$/.exec(rest) ?? []
  const database = databaseOf(given)
  if (!sentinels || master === undefined || database === undefined) return undefined
  return { kind: 'sentinel', tls, sentinels, master, database }
}

function databaseOf(digits: string | undefined): number | undefined {
  return digits !== undefined && Number(digits) <= HIGHEST_DATABASE ? Number(digits) : undefined
}

function hostsOf(text: string, default_port: number): HostPort[] | undefined {
  const hosts = text.split(',').map((host) => hostPortOf(host.trim(), default_port))
  return hosts.length <= MAXIMUM_HOSTS && hosts.every((host) => host !== undefined) ? hosts : undefined
}

function hostPortOf(text: string, default_port: number): HostPort | undefined {
  const [match, literal, name, digits] = HOST_PORT.exec(text) ?? []
  const [host, port] = [literal ?? name, Number(digits ?? default_port)]
  return match !== undefined && host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined
}

function withoutQuery(text: string): string {
  return text.replace(/\?.*/s, '?***')
}
