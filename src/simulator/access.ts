import { invalid } from '../domain/errors'
import { PORTS } from '../integrations/kasa/dialect'
import { accountOf, type Account } from './account'
import type { DeviceModel } from './device-model'
import type { AccessOptions, SpokenTransport } from './models/options'

/** Which way a device lets itself be spoken to, and by whom. */
export interface Access {
  readonly speaks: SpokenTransport
  readonly login_version: 1 | 2
  readonly secure: boolean
  readonly account: Account
}

/** Where a device listens. */
export interface DevicePorts {
  readonly tcp: number
  readonly udp: readonly number[]
}

const SPOKEN = {
  iot: ['xor', 'klap-1', 'klap-2', 'tpap', 'tpap-closed'],
  smart: ['klap-2', 'aes', 'tpap', 'tpap-closed'],
} as const satisfies Record<DeviceModel['protocol'], readonly SpokenTransport[]>

/** @throws MonitorError `CONFIG_INVALID` where no such device speaks so */
export function accessOf(protocol: DeviceModel['protocol'], options: AccessOptions): Access {
  const { speaks = SPOKEN[protocol][0], login_version = 2, secure = false, account } = options
  const spoken: readonly SpokenTransport[] = SPOKEN[protocol]
  if (!spoken.includes(speaks)) throw invalid('CONFIG_INVALID', 'speaks', speaks, `one of ${spoken.join(', ')}`)
  return { speaks, login_version, secure, account: accountOf(account) }
}

/** Where devices are told to listen, instead of at the well-known ports. */
export interface GivenPorts {
  /** For all that a device speaks. */
  readonly port?: number | undefined
  /** For HTTP alone. */
  readonly http_port?: number | undefined
}

export function portsOf({ speaks, secure }: Access, { port, http_port }: GivenPorts): DevicePorts {
  if (port !== undefined) return { tcp: port, udp: [port] }
  if (speaks === 'xor') return { tcp: PORTS.xor, udp: [PORTS.xor] }
  return { tcp: http_port ?? (secure ? PORTS.https : PORTS.http), udp: PORTS.discovery }
}
