import { parseArgs, type ParseArgsConfig } from 'node:util'
import { invalid, MonitorError } from '../domain/errors'
import { credentialsFrom } from '../integrations/credentials'
import { DEFAULT_TIMEOUTS, type Credentials, type Timeouts } from '../integrations/integration'
import { broadcastAddresses, expandTargets, parseHost } from '../integrations/targets'
import { SPOKEN_TRANSPORTS, type SpokenTransport } from '../simulator'
import type {
  Invocation,
  CommandInvocation,
  Common,
  HashInvocation,
  Login,
  PollInvocation,
  SimulateInvocation,
} from './invocation'
import { noMore, numberIn, parseCommandWords } from './words'

const PORT_RANGE = { minimum: 1, maximum: 65_535 }
const TIMEOUT_RANGE_MS = { minimum: 100, maximum: 600_000 }
const COUNT_RANGE = { minimum: 1, maximum: 1_000_000 }
const SECONDS_RANGE = { minimum: 1, maximum: 86_400 }
const DEFAULT_INTERVAL_S = 10

type Environment = Readonly<Record<string, string | undefined>>
type Value = string | boolean | (string | boolean)[] | undefined
type Values = Readonly<Record<string, Value>>

const JSON_AND_PORT = { json: { type: 'boolean' }, port: { type: 'string' } } as const
const DEVICE = { ...JSON_AND_PORT, 'timeout-ms': { type: 'string' } } as const
const OPTIONS: Readonly<Record<string, ParseArgsConfig['options']>> = {
  discover: { ...DEVICE, target: { type: 'string', multiple: true } },
  poll: {
    ...DEVICE,
    outlet: { type: 'string' },
    count: { type: 'string' },
    watch: { type: 'boolean' },
    'interval-s': { type: 'string' },
  },
  command: { ...DEVICE, outlet: { type: 'string' } },
  simulate: {
    ...JSON_AND_PORT,
    'duration-s': { type: 'string' },
    dump: { type: 'string', multiple: true },
    speaks: { type: 'string' },
  },
  hash: {},
}
/** In the environment, because arguments are in sight of everybody on the machine. */
const CREDENTIALS = { username: 'KASA_USERNAME', password: 'KASA_PASSWORD', hash: 'KASA_CREDENTIALS_HASH' } as const
const NAMES = Object.keys(OPTIONS).join(', ')

/** @throws MonitorError `INPUT_INVALID` naming what is wrong, its value and what is allowed */
export function parseArguments(words: readonly string[], environment: Environment): Invocation {
  const [name, ...rest] = words
  if (words.includes('--help') || name === undefined || name === 'help') return { name: 'help' }
  if (name === '--version') return { name: 'version' }
  const options = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
  if (!options) throw invalid('INPUT_INVALID', 'what to do', name, `one of ${NAMES}`)
  const { values, positionals } = split(rest, options)
  switch (name) {
    case 'discover':
      noMore(positionals)
      return { name, ...commonOf(values, environment), targets: targetsOf(values.target) }
    case 'poll':
      return { name, ...commonOf(values, environment), ...pollOf(values, positionals) }
    case 'command':
      return { name, ...commonOf(values, environment), ...commandOf(values, positionals) }
    case 'hash':
      noMore(positionals)
      return hashOf(environment)
    default:
      return { name: 'simulate', json: values.json === true, ...simulateOf(values, positionals, environment) }
  }
}

function split(args: string[], options: ParseArgsConfig['options']): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: options ?? {}, allowPositionals: true })
  } catch (error) {
    throw new MonitorError('INPUT_INVALID', error instanceof Error ? error.message : String(error))
  }
}

function commonOf(values: Values, environment: Environment): Common {
  const timeout_ms = numberIn('--timeout-ms', values['timeout-ms'], TIMEOUT_RANGE_MS)
  const port = numberIn('--port', values.port, PORT_RANGE)
  const credentials = credentialsOf(environment)
  return {
    json: values.json === true,
    timeouts: timeout_ms === undefined ? DEFAULT_TIMEOUTS : allTimeouts(timeout_ms),
    ...(port === undefined ? {} : { port }),
    ...(credentials ? { credentials } : {}),
  }
}

function allTimeouts(timeout_ms: number): Timeouts {
  return { connect_ms: timeout_ms, reply_ms: timeout_ms, command_ms: timeout_ms, discovery_ms: timeout_ms }
}

function credentialsOf(environment: Environment): Credentials | undefined {
  return credentialsFrom(environment, CREDENTIALS, 'INPUT_INVALID')
}

function hashOf(environment: Environment): HashInvocation {
  const login = loginOf(environment)
  if (login) return { name: 'hash', login }
  throw withoutPassword()
}

function loginOf(environment: Environment): Login | undefined {
  const credentials = credentialsOf(environment)
  if (credentials && !('password' in credentials)) throw withoutPassword()
  return credentials
}

function withoutPassword(): MonitorError {
  const range = 'the password of the account in KASA_USERNAME'
  return new MonitorError('INPUT_INVALID', `${CREDENTIALS.password}: expected ${range}`, {
    details: { field: CREDENTIALS.password, range },
  })
}

function targetsOf(given: Value): string[] {
  if (!Array.isArray(given)) return broadcastAddresses()
  const targets = expandTargets(given.join(' '), { code: 'INPUT_INVALID', field: '--target' })
  if (targets.length > 0 || given.includes('lan')) return targets
  throw invalid('INPUT_INVALID', '--target', given.join(' '), 'at least one address')
}

function pollOf(values: Values, positionals: readonly string[]): Omit<PollInvocation, keyof Common | 'name'> {
  if (positionals.length === 0) throw invalid('INPUT_INVALID', 'HOST', '', 'at least one address or host name')
  if (values.watch === true && values.count !== undefined) {
    throw invalid('INPUT_INVALID', '--count', values.count, 'either --count or --watch')
  }
  return {
    hosts: [...new Set(positionals.map(hostOf))],
    ...outletOf(values),
    count: values.watch === true ? Infinity : (numberIn('--count', values.count, COUNT_RANGE) ?? 1),
    interval_s: numberIn('--interval-s', values['interval-s'], SECONDS_RANGE) ?? DEFAULT_INTERVAL_S,
  }
}

function commandOf(
  values: Values,
  [host, ...words]: readonly string[],
): Omit<CommandInvocation, keyof Common | 'name'> {
  return { host: hostOf(host ?? ''), ...outletOf(values), command: parseCommandWords(words) }
}

function simulateOf(
  values: Values,
  positionals: readonly string[],
  environment: Environment,
): Omit<SimulateInvocation, 'name' | 'json'> {
  const port = numberIn('--port', values.port, { ...PORT_RANGE, minimum: 0 })
  const duration_s = numberIn('--duration-s', values['duration-s'], SECONDS_RANGE)
  const dumps = Array.isArray(values.dump) ? [...values.dump.map(String), ...positionals] : []
  if (dumps.length === 0) noMore(positionals)
  const speaks = speaksOf(values.speaks, dumps)
  const account = loginOf(environment)
  return {
    dumps,
    ...(port === undefined ? {} : { port }),
    ...(duration_s === undefined ? {} : { duration_s }),
    ...(speaks ? { speaks } : {}),
    ...(account ? { account } : {}),
  }
}

function speaksOf(given: Value, dumps: readonly string[]): SpokenTransport | undefined {
  if (given === undefined) return undefined
  const speaks = SPOKEN_TRANSPORTS.find((transport) => transport === given)
  if (speaks && dumps.length > 0) return speaks
  throw invalid('INPUT_INVALID', '--speaks', given, `one of ${SPOKEN_TRANSPORTS.join(', ')}, beside --dump`)
}

function hostOf(given: string): string {
  return parseHost(given, { code: 'INPUT_INVALID', field: 'HOST' })
}

function outletOf({ outlet }: Values): { outlet?: string } {
  return typeof outlet === 'string' ? { outlet } : {}
}
