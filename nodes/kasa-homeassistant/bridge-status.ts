import type { ErrorCode } from '../../src/domain/errors'
import type { BridgeStatus } from '../../src/homeassistant/bridge'
import type { BrokerStatus } from '../../src/mqtt/broker'
import type { StatusKind } from '../shared/status'

/** Why the broker is away, in a word or two. */
const REASONS: { readonly [Code in ErrorCode]?: string } = {
  BROKER_UNAVAILABLE: 'no answer',
  BROKER_LOGIN_REFUSED: 'login refused',
  BROKER_CERTIFICATE_REFUSED: 'certificate refused',
  BROKER_ID_TAKEN: 'client id taken',
  BROKER_UNSUPPORTED: 'not supported',
}

/** What the node shows: whether the broker is there, else how many devices are. */
export function bridgeStatus({ broker, devices, available }: BridgeStatus): [StatusKind, string] {
  if (broker.state === 'down') return ['failed', `broker away: ${reasonOf(broker)}`]
  if (broker.state === 'connecting') return ['waiting', 'connecting']
  if (broker.state === 'closed') return ['idle', 'closed']
  if (devices === 0) return ['idle', 'no devices yet']
  if (available === devices) return ['ready', devices === 1 ? '1 device' : `${devices} devices`]
  return ['waiting', `${available} of ${devices} devices available`]
}

function reasonOf({ error }: BrokerStatus): string {
  return (error && REASONS[error.code]) ?? error?.message ?? 'no answer'
}
