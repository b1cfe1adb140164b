import { isIP } from 'node:net'
import type * as Mqtt from 'mqtt'
import { MonitorError } from '../domain/errors'
import { LONGEST_PAYLOAD_BYTES, type Farewell } from './broker'

import { bracketed } from './mqtt-address'
import type { MqttSettings } from './mqtt-settings'

export type Library = typeof Mqtt
export type Version = '5' | '3.1.1'

/** With topic and properties, which may have 64 kB each. */
export const LONGEST_PACKET_BYTES = LONGEST_PAYLOAD_BYTES + 2 * 64 * 1024
/**
 * So long a broker of MQTT 5 waits before it says that we are gone: a new deploy takes less. The session lasts as long, because
 * a will is told when its session ends (MQTT 5, section 3.1.2.5).
 */
const WILL_DELAY_S = 15
/** Deadlines are ours. */
const NEVER_MS = 2 ** 31 - 1

/** Loaded where it is used. @throws MonitorError `BROKER_UNSUPPORTED` */
export function loadLibrary(): Library {
  try {
    return require('mqtt') as Library
  } catch (cause) {
    const message = 'MQTT needs mqtt, an optional package of this pack that is not installed'
    throw new MonitorError('BROKER_UNSUPPORTED', message, { cause })
  }
}

/** A client never comes back by itself: a session ends with its connection. */
export function clientOptions(settings: MqttSettings, client_id: string, version: Version, will?: Farewell) {
  const { address, keepalive_s, username, password } = settings
  const is_5 = version === '5'
  const is_web = address.protocol === 'ws' || address.protocol === 'wss'
  const options: Mqtt.IClientOptions = {
    protocol: address.protocol,
    hostname: is_web ? bracketed(address.host) : address.host,
    port: address.port,
    ...tlsOptions(settings),
    ...(is_web && {
      path: address.path,
      wsOptions: { ...tlsOptions(settings), perMessageDeflate: false },
    }),
    clientId: client_id,
    protocolVersion: is_5 ? 5 : 4,
    // What we listen to is of quality 0: nothing waits in a session for us to come back.
    clean: !is_5,
    keepalive: keepalive_s,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: NEVER_MS,
    // Its own log shows passwords to whoever sets DEBUG.
    log: () => undefined,
    ...(username !== undefined && { username }),
    ...(password && { password: password.reveal() }),
    ...(is_5 && { properties: { sessionExpiryInterval: WILL_DELAY_S, maximumPacketSize: LONGEST_PACKET_BYTES } }),
    ...(will && { will: willOption(will, is_5) }),
  }
  return options
}

function willOption({ topic, payload, qos }: Farewell, is_5: boolean) {
  const delayed = is_5 && { properties: { willDelayInterval: WILL_DELAY_S } }
  return { topic, payload: Buffer.from(payload), qos, retain: true, ...delayed }
}

function tlsOptions({
  address,
  ca,
  certificate,
  private_key,
  passphrase,
  server_name,
  verify_certificate,
}: MqttSettings) {
  if (address.protocol === 'mqtt' || address.protocol === 'ws') return {}
  const servername = server_name ?? (isIP(address.host) === 0 ? address.host : undefined)
  return {
    rejectUnauthorized: verify_certificate === 'yes',
    ...(servername !== undefined && { servername }),
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(private_key && { key: private_key.reveal() }),
    ...(passphrase && { passphrase: passphrase.reveal() }),
  }
}
