import { systemClock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import type { Topics } from '../../src/homeassistant/topics'
import type { Broker, ReceivedMessage } from '../../src/mqtt/broker'
import { WiredBroker, type WiredMessage } from '../../src/mqtt/wired-broker'
import type { MqttService } from '../kasa-mqtt/mqtt-service'
import { MirroredBroker } from './mirrored-broker'

export interface BridgeBrokerOptions {
  /** Id of the node that it is for. */
  readonly user: string
  readonly topics: Topics
  /** Absent: the broker of somebody else, behind the node's wires. */
  readonly mqtt: MqttService | undefined
  /** Where occasions wait for the broker. */
  readonly file: string
  /** Gets every message that is sent. */
  readonly show: (message: WiredMessage) => void
  readonly report: (error: MonitorError) => void
}

export interface BridgeBroker {
  readonly broker: Broker
  /** Takes what comes by wire; absent where the connection is our own. */
  readonly receive?: (message: ReceivedMessage) => void
}

/** @throws MonitorError `CONFIG_INVALID` where the only client id is taken */
export function bridgeBroker({ user, topics, mqtt, file, show, report }: BridgeBrokerOptions): BridgeBroker {
  const goodbye = { topic: topics.bridge_state, payload: 'offline', qos: 1 } as const
  if (mqtt) return { broker: new MirroredBroker(mqtt.connect(user, { will: goodbye, goodbye, file, report }), show) }
  const broker = new WiredBroker({ send: show, goodbye, clock: systemClock, report })
  return { broker, receive: (message) => broker.receive(message) }
}
