import type { Given } from './given'

/** What a core `mqtt-broker` node of Node-RED carries of what we need. */
export interface BrokerNode {
  readonly brokerurl?: unknown
  readonly options?: unknown
}

/**
 * The settings of a core `mqtt-broker` node, as `parseMqttSettings` takes them. A copy of what is meant for everybody: not its
 * will, its session nor its client id, which belong to its own connection; nor its version, of which 3.1.1 is the default and
 * says nothing about the broker.
 */
export function borrowedSettings({ brokerurl, options }: BrokerNode): Given {
  const own = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>
  const { username, password, keepalive, rejectUnauthorized, ca, cert, key, passphrase, servername } = own
  const keepalive_s = Number(keepalive)
  return {
    url: brokerurl,
    ...(keepalive_s >= 5 && keepalive_s <= 3600 && { keepalive_s: Math.round(keepalive_s) }),
    verify_certificate: rejectUnauthorized === false ? 'no' : 'yes',
    username: textOf(username),
    password: textOf(password),
    ca: textOf(ca),
    certificate: textOf(cert),
    private_key: textOf(key),
    passphrase: textOf(passphrase),
    server_name: textOf(servername),
  }
}

/** Certificates may have been read from files. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  return typeof value === 'string' || Buffer.isBuffer(value) ? String(value) : undefined
}
