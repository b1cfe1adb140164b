import { invalid, MonitorError } from '../domain/errors'

/** Where a broker is. */
export interface MqttAddress {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  readonly host: string
  readonly port: number
  /** Of a WebSocket, with its query. */
  readonly path: string
}

const DEFAULT_PORT = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const
/** As others write it, the broker node of Node-RED among them. */
const PROTOCOL: Readonly<Record<string, MqttAddress['protocol']>> = {
  mqtt: 'mqtt',
  tcp: 'mqtt',
  mqtts: 'mqtts',
  ssl: 'mqtts',
  tls: 'mqtts',
  ws: 'ws',
  wss: 'wss',
}
const LONGEST_URL = 1000
const URL_PARTS = /^([a-z]+):\/\/(?:\[([0-9A-Fa-f:.]{2,45})\]|([\w.-]{1,253}))(?::(\d{1,5}))?(\/[!-~]*)?$/
const RANGE = 'mqtt://host:port, mqtts://host:port, ws://host:port/path or wss://host:port/path'

/**
 * @throws MonitorError `CONFIG_INVALID` naming the field; what may hold a login is never repeated in it
 */
export function parseMqttUrl(given: unknown): MqttAddress {
  const text = typeof given === 'string' ? given.trim() : ''
  const address = text.length > LONGEST_URL || text.includes('@') ? undefined : parse(text)
  if (address) return address
  if (text.includes('@') || text.includes('?')) {
    throw new MonitorError('CONFIG_INVALID', `url: expected ${RANGE}; the login has fields of its own`, {
      details: { field: 'url', range: RANGE },
    })
  }
  throw invalid('CONFIG_INVALID', 'url', given, RANGE)
}

/** What people call it; the query of a WebSocket may hold a key. */
export function mqttName({ protocol, host, port, path }: MqttAddress): string {
  return `${protocol}://${bracketed(host)}:${port}${path.replace(/\?.*/, '')}`
}

/** As it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function parse(text: string): MqttAddress | undefined {
  const [, scheme = '', literal, name, digits, path = ''] = URL_PARTS.exec(text) ?? []
  const protocol = Object.hasOwn(PROTOCOL, scheme) ? PROTOCOL[scheme] : undefined
  const host = literal ?? name
  if (!protocol || host === undefined) return undefined
  const port = digits === undefined ? DEFAULT_PORT[protocol] : Number(digits)
  if (port < 1 || port > 65_535) return undefined
  const is_web = protocol === 'ws' || protocol === 'wss'
  if (!is_web && path !== '' && path !== '/') return undefined
  return { protocol, host, port, path: is_web ? path || '/' : '' }
}
