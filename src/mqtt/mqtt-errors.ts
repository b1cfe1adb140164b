import { MonitorError, type ErrorCode } from '../domain/errors'
import type { MqttSettings } from './mqtt-settings'

type Reason = readonly [code: ErrorCode, text: string]

/** What a broker says; below 128 by MQTT 3.1.1 when it refuses a connection, above by MQTT 5. */
const REASONS: Readonly<Record<number, Reason>> = {
  1: ['BROKER_UNSUPPORTED', 'it does not speak this version of MQTT'],
  2: ['BROKER_LOGIN_REFUSED', 'it does not let in a client of this id'],
  3: ['BROKER_UNAVAILABLE', 'it cannot serve now'],
  4: ['BROKER_LOGIN_REFUSED', 'it does not know this user or password'],
  5: ['BROKER_LOGIN_REFUSED', 'it does not know this user or password, or allows it too little'],
  128: ['BROKER_UNAVAILABLE', 'it gives no reason'],
  132: ['BROKER_UNSUPPORTED', 'it does not speak this version of MQTT'],
  133: ['BROKER_LOGIN_REFUSED', 'it does not let in a client of this id'],
  134: ['BROKER_LOGIN_REFUSED', 'it does not know this user or password'],
  135: ['BROKER_LOGIN_REFUSED', 'it does not know this user or password, or allows it too little'],
  136: ['BROKER_UNAVAILABLE', 'it cannot serve now'],
  137: ['BROKER_UNAVAILABLE', 'it is busy'],
  138: ['BROKER_LOGIN_REFUSED', 'it has banned us'],
  139: ['BROKER_UNAVAILABLE', 'it is shutting down'],
  140: ['BROKER_LOGIN_REFUSED', 'it wants another way to log in'],
  141: ['BROKER_UNAVAILABLE', 'it has not heard of us for too long'],
  142: ['BROKER_ID_TAKEN', 'another client has connected with our client id; give each its own'],
  144: ['BROKER_UNSUPPORTED', 'it does not take this topic'],
  149: ['BROKER_UNSUPPORTED', 'the message is too large for it'],
  150: ['BROKER_UNAVAILABLE', 'it takes fewer messages a second'],
  151: ['BROKER_UNAVAILABLE', 'a quota is used up'],
  152: ['BROKER_UNAVAILABLE', 'somebody has ended the connection there'],
  154: ['BROKER_UNSUPPORTED', 'it keeps no retained messages'],
  155: ['BROKER_UNSUPPORTED', 'it does not take this quality of service'],
  156: ['BROKER_UNAVAILABLE', 'another server is to be used'],
  157: ['BROKER_UNAVAILABLE', 'it has moved'],
  159: ['BROKER_UNAVAILABLE', 'it takes fewer connections a second'],
}
export const REASON = { retain_not_supported: 154, packet_too_large: 149 } as const
const VERSION_REFUSED: ReadonlySet<unknown> = new Set([1, 132])

const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no broker listens there',
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'it has ended the connection',
  EPIPE: 'it has ended the connection',
  EPROTO: 'it does not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on this port',
}
const ENDED: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])
const LONGEST_FAULT = 100
/** As Node.js names what is wrong with the certificate of the broker. */
const CERTIFICATES: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|CERT_UNTRUSTED/,
    'nobody known has signed its certificate; give the CA that has, or turn the check off where you trust the network',
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet; see that the clock of this machine is right'],
  [
    /ALTNAME_INVALID/,
    'its certificate is for another name; use that name in the address, or give it as the name of the server',
  ],
  // It refuses ours.
  [/ALERT_CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/, 'it may want a certificate of ours, with its private key'],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE|UNSUPPORTED_CERTIFICATE)/, 'it does not accept our certificate'],
  [/^CERT_|^ERR_TLS_CERT/, 'its certificate is not valid'],
]

/** Why the broker does not serve. */
export function brokerError(thrown: unknown, { url }: MqttSettings): MonitorError {
  if (thrown instanceof MonitorError) return thrown
  const code = codeOf(thrown)
  if (typeof code === 'number') return reasonError(code, url)
  if (code === undefined) return new MonitorError('BROKER_UNAVAILABLE', `${url}: ${faultOf(thrown)}`)
  const [, advice] = CERTIFICATES.find(([pattern]) => pattern.test(code)) ?? []
  if (advice !== undefined) return new MonitorError('BROKER_CERTIFICATE_REFUSED', `${url}: ${advice} (${code})`)
  return new MonitorError('BROKER_UNAVAILABLE', `${url}: ${SYSTEM[code] ?? `it failed (${code})`}`)
}

/** It has ended the connection before it let us in, without a reason. */
export function turnedAwayError({ url, address }: MqttSettings): MonitorError {
  const is_web = address.protocol === 'ws' || address.protocol === 'wss'
  const place = is_web ? 'that the path is the one of its WebSocket' : 'that it speaks MQTT on this port'
  const message = `${url}: it ends the connection at once; see ${place}, and TLS just where the address says so`
  return new MonitorError('BROKER_UNAVAILABLE', message)
}

/** What a reason code of MQTT means. */
export function reasonError(code: number, name: string): MonitorError {
  const [kind, text] = REASONS[code] ?? ['BROKER_UNAVAILABLE', `it refuses with reason ${code}`]
  return new MonitorError(kind, `${name}: ${text}`)
}

/** Whether it is a reason that MQTT knows, which the broker has given. */
export function isReason(thrown: unknown): boolean {
  return typeof codeOf(thrown) === 'number'
}

/** Whether the broker has said that it does not speak the version. */
export function isVersionRefused(thrown: unknown): boolean {
  return VERSION_REFUSED.has(codeOf(thrown))
}

/** Whether it has ended the connection without saying why. */
export function isEndWithoutReason(thrown: unknown): boolean {
  return thrown === undefined || ENDED.has(codeOf(thrown))
}

/** What the client has found by itself: silence beyond the keepalive, an answer that is not MQTT, a WebSocket that is refused. */
function faultOf(thrown: unknown): string {
  return thrown instanceof Error
    ? `it failed (${thrown.message.slice(0, LONGEST_FAULT)})`
    : 'it has ended the connection'
}

function codeOf(thrown: unknown): string | number | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  const { code } = thrown
  return typeof code === 'string' || typeof code === 'number' ? code : undefined
}
