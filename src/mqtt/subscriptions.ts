import type { MessageListener, ReceivedMessage } from './broker'
import { topicMatcher } from './topic-filters'

interface Subscription {
  readonly isMeant: (topic: string) => boolean
  readonly listeners: Set<MessageListener>
}

export interface SubscriptionsOptions {
  /** A filter has its first listener. */
  readonly begun: (filter: string) => void
  /** It has none any more. */
  readonly ended: (filter: string) => void
  /** What a listener has thrown. */
  readonly failed: (thrown: unknown) => void
}

/** Who listens to what. */
export class Subscriptions {
  private readonly byFilter = new Map<string, Subscription>()

  constructor(private readonly options: SubscriptionsOptions) {}

  get filters(): readonly string[] {
    return [...this.byFilter.keys()]
  }

  add(filter: string, listener: MessageListener): () => void {
    // Of its own: somebody may listen twice with the same function.
    const own: MessageListener = (message) => listener(message)
    const subscription = this.byFilter.get(filter) ?? { isMeant: topicMatcher(filter), listeners: new Set() }
    subscription.listeners.add(own)
    if (!this.byFilter.has(filter)) {
      this.byFilter.set(filter, subscription)
      this.options.begun(filter)
    }
    return () => {
      if (!subscription.listeners.delete(own) || subscription.listeners.size > 0) return
      this.byFilter.delete(filter)
      this.options.ended(filter)
    }
  }

  hand(message: ReceivedMessage): void {
    for (const { isMeant, listeners } of [...this.byFilter.values()]) {
      if (isMeant(message.topic)) for (const listener of [...listeners]) this.call(listener, message)
    }
  }

  private call(listener: MessageListener, message: ReceivedMessage): void {
    try {
      listener(message)
    } catch (thrown) {
      this.options.failed(thrown)
    }
  }
}
