import type { Broker, ReceivedMessage } from '../../mqtt/broker'
import type { DiscoveryMessage } from './messages'

/** Our announcements on the broker, and what others do to them. */
export class OwnTopics {
  /** What is said on each topic. */
  private readonly payloads = new Map<string, string>()
  /** Those that somebody else has cleared: a person has deleted the device in Home Assistant. */
  private readonly deleted = new Set<string>()
  /** Those that we have cleared, until the broker has told us so. */
  private readonly clearing = new Set<string>()

  constructor(private readonly broker: Pick<Broker, 'keep' | 'forget'>) {}

  has(topic: string): boolean {
    return this.payloads.has(topic)
  }

  /** What says the same as before is not sent; what was deleted comes back with any change. Returns whether there was one. */
  tell(messages: readonly DiscoveryMessage[]): boolean {
    const isChanged = messages.some(({ topic, payload }) => this.payloads.get(topic) !== payload)
    if (!isChanged) return false
    for (const { topic, payload } of messages) {
      if (this.payloads.get(topic) === payload && !this.deleted.has(topic)) continue
      this.payloads.set(topic, payload)
      this.keep(topic, payload)
    }
    return true
  }

  clear(topic: string): void {
    this.payloads.delete(topic)
    this.clearing.add(topic)
    this.keep(topic, '')
  }

  received({ topic, payload }: ReceivedMessage): void {
    if (payload !== '' || this.clearing.delete(topic) || !this.payloads.has(topic)) return
    this.deleted.add(topic)
    this.broker.forget(topic)
  }

  /** What was deleted comes back. */
  restore(): void {
    for (const topic of this.deleted) {
      const payload = this.payloads.get(topic)
      if (payload !== undefined) this.keep(topic, payload)
    }
  }

  /** What was on its way to a broker that is gone will never come back. */
  reconnected(): void {
    this.clearing.clear()
  }

  private keep(topic: string, payload: string): void {
    this.deleted.delete(topic)
    this.broker.keep({ topic, payload, rank: 'discovery', qos: 1 })
  }
}
