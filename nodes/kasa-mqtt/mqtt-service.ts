import type { Broker } from '../../src/mqtt/broker'
import type { BrokerLinkOptions } from '../../src/mqtt/broker-link'

/** What a `kasa-mqtt` node offers to the nodes that choose it. */
export interface MqttService {
  /**
   * A connection of its own, because a last will belongs to one; whoever makes it starts and stops it.
   * @param user id of the node that it is for
   * @throws MonitorError `CONFIG_INVALID` where another node has the only client id already
   */
  connect(user: string, options: ConnectionOptions): Broker
  /** The node is closed: its client id may be used again. */
  release(user: string): void
}

export type ConnectionOptions = Omit<BrokerLinkOptions, 'settings' | 'clock' | 'random'>
