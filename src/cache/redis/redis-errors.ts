import { MonitorError } from '../../domain/errors'

/** Of Redis itself, as its answers begin. */
const REFUSED_WITHOUT_A_WORD = /^ERR (AUTH|invalid password|The user executing the script|ACL failure)/
const LOGIN_REFUSED = new Set(['WRONGPASS', 'NOAUTH', 'NOPERM', 'DENIED'])
const UNSUPPORTED: Readonly<Record<string, string>> = {
  NOPROTO: 'it is too old; Redis 6 and newer can tell what others change',
  ERR: 'it cannot do what is needed; Redis 6 and newer can, and each of the three kinds of address means another kind of Redis',
  MOVED: 'it is part of a cluster; its address begins with redis-cluster: then',
}
const TOO_MANY = /^ERR max number of clients/
const REASONS: Readonly<Record<string, string>> = {
  LOADING: 'it is loading its data',
  READONLY: 'it only lets read',
  OOM: 'it is full',
  MISCONF: 'it cannot save what it has, and takes no more',
  BUSY: 'it is busy with a script of somebody',
  CLUSTERDOWN: 'a part of the cluster is down',
  MASTERDOWN: 'it has lost its master',
  NOREPLICAS: 'it has lost its replicas',
  ERR: 'it takes no more connections',
  EXECABORT: 'it has refused a transaction; it may be full',
  // Of the system
  ECONNREFUSED: 'no server listens there',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'it has ended the connection',
  EPROTO: 'it does not speak TLS; its address begins with redis: then',
}
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/
const FIRST_WORD = /^-?([A-Z]{2,})\b/
/** Older versions put what a command within a script was refused with at the end. */
const WITHIN_SCRIPT = /: -([A-Z]{2,}) /

/** Whether Redis does not know the login, or allows it too little. */
export function isRefusedLogin(thrown: unknown): boolean {
  return LOGIN_REFUSED.has(wordOf(thrown) ?? '') || isUnknownUser(thrown)
}

/** Whether a name stands for something of another shape than ours. */
export function isOfAnotherShape(thrown: unknown): boolean {
  return wordOf(thrown) === 'WRONGTYPE'
}

/**
 * Why Redis does not serve. What it said is not passed on: it may repeat the command that it refused, and that may have held
 * the password.
 */
export function redisError(thrown: unknown, name: string): MonitorError {
  if (thrown instanceof MonitorError) return thrown
  if (isRefusedLogin(thrown)) {
    const message = `${name}: it does not know this user or password, or allows it too little`
    return new MonitorError('CACHE_LOGIN_REFUSED', message)
  }
  const word = wordOf(thrown)
  const unsupported = word === undefined || isFull(thrown) ? undefined : UNSUPPORTED[word]
  if (unsupported !== undefined) return new MonitorError('CACHE_UNSUPPORTED', `${name}: ${unsupported}`)
  return new MonitorError('CACHE_UNAVAILABLE', `${name}: ${reasonOf(word ?? codeOf(thrown))}`)
}

function reasonOf(code: string | undefined): string {
  if (code === undefined) return 'the connection has ended'
  if (CERTIFICATE.test(code)) return `its certificate is not valid (${code}); turn the check off where you trust it`
  return REASONS[code] ?? `it failed (${code})`
}

function isUnknownUser(thrown: unknown): boolean {
  return thrown instanceof Error && REFUSED_WITHOUT_A_WORD.test(thrown.message)
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && TOO_MANY.test(thrown.message)
}

function wordOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { message } = thrown
  return WITHIN_SCRIPT.exec(message)?.[1] ?? FIRST_WORD.exec(message)?.[1]
}

function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : undefined
}
