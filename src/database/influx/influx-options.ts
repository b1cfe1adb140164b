import { MonitorError, invalid } from '../../domain/errors'
import { Secret } from '../../domain/secret'
import { choice, parseOptions, whole, type ValuesOf } from '../../domain/options'

/** Every setting of a server that has a default, with its range. */
export const INFLUX_OPTIONS = {
  timeout_ms: whole(100, 600_000, 10_000, 'How long the server may take to answer'),
  // As few as batches that may be under way.
  connections: whole(2, 32, 2, 'Connections for writing, as many for reading, and as many for rolling up'),
  verify_certificate: choice(['yes', 'no'], 'Whether the certificate of an https address has to be valid'),
} as const

interface CommonOptions extends ValuesOf<typeof INFLUX_OPTIONS> {
  /** Without a slash at its end. */
  readonly url: string
}

export interface Influx1Options extends CommonOptions {
  readonly kind: 'influx1'
  readonly database: string
  /** Absent: the default one of the database. */
  readonly retention_policy?: string
  readonly login?: { readonly username: string; readonly password: Secret }
}

export interface Influx2Options extends CommonOptions {
  readonly kind: 'influx2'
  readonly organization: string
  readonly bucket: string
  readonly token?: Secret
}

export interface Influx3Options extends CommonOptions {
  readonly kind: 'influx3'
  readonly database: string
  readonly token?: Secret
}

export type InfluxOptions = Influx1Options | Influx2Options | Influx3Options

type Given = Readonly<Record<string, unknown>>

/** What was given, the rest by default. No error repeats a password. @throws MonitorError `CONFIG_INVALID` */
export function parseInflux1Options(given: Given): Influx1Options {
  const { username, password } = given
  const retention_policy = isBlank(given.retention_policy) ? undefined : parseName('retention_policy', given)
  const login = parseLogin(username, password)
  const database = parseName('database', given)
  return {
    kind: 'influx1',
    ...common(given),
    database,
    ...(retention_policy && { retention_policy }),
    ...(login && { login }),
  }
}

/** @throws MonitorError `CONFIG_INVALID` */
export function parseInflux2Options(given: Given): Influx2Options {
  const [organization, bucket] = [parseName('organization', given), parseName('bucket', given)]
  return { kind: 'influx2', ...common(given), organization, bucket, ...parseToken(given.token) }
}

/** @throws MonitorError `CONFIG_INVALID` */
export function parseInflux3Options(given: Given): Influx3Options {
  return { kind: 'influx3', ...common(given), database: parseName('database', given), ...parseToken(given.token) }
}

function common(given: Given): CommonOptions {
  return { ...parseOptions(INFLUX_OPTIONS, given), url: parseUrl(given.url) }
}

function parseUrl(given: unknown): string {
  const text = typeof given === 'string' ? given.trim() : ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The value is not repeated: it holds a password.
  if (url && (url.username !== '' || url.password !== '')) {
    throw refusal('url', 'an address without a login; the user and password have fields of their own')
  }
  const isPlain = url?.search === '' && url.hash === '' && !/\/(api\/v[23]|write|query)\b/.test(url.pathname)
  if (url && isPlain && ['http:', 'https:'].includes(url.protocol)) return url.href.replace(/\/+$/, '')
  const shown = typeof given === 'string' ? withoutLogin(given) : given
  throw invalid('CONFIG_INVALID', 'url', shown, 'an address such as http://localhost:8086')
}

// What cannot be read as an address may hold a password all the same.
function withoutLogin(text: string): string {
  return text.replace(/^.*@/s, '***@').replace(/\?.*/s, '?***')
}

function parseName(field: string, given: Given): string {
  const value = given[field]
  const name = typeof value === 'string' ? value.trim() : ''
  if (name !== '' && name.length <= 200 && !/\p{Cc}/u.test(name)) return name
  throw invalid('CONFIG_INVALID', field, value, 'a name of at most 200 characters')
}

function parseLogin(username: unknown, password: unknown): Influx1Options['login'] {
  if (isBlank(username) && isBlank(password)) return undefined
  if (typeof username !== 'string' || isBlank(username) || username.includes(':')) {
    throw refusal('username', 'the name that belongs to the password, without a colon')
  }
  if (typeof password !== 'string' || isBlank(password)) {
    throw refusal('password', 'the password that belongs to the user')
  }
  return { username: username.trim(), password: new Secret(password) }
}

function parseToken(given: unknown): { readonly token?: Secret } {
  if (isBlank(given)) return {}
  const token = typeof given === 'string' ? given.trim() : ''
  if (/^[\x21-\x7e]{1,2000}$/.test(token)) return { token: new Secret(token) }
  throw refusal('token', 'a token as the server has shown it, without spaces')
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function refusal(field: string, range: string): MonitorError {
  return new MonitorError('CONFIG_INVALID', `${field}: expected ${range}`, { details: { field, range } })
}
