import { systemClock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import { WiredBroker, type WiredMessage } from '../../src/mqtt/wired-broker'
import { WILL } from './broker-links'
import { Inbox } from './inbox'
import type { HeardMessage, Sending } from './mqtt-person'

/** What stands at the end of a wire: it keeps what is retained, and hands on what is said. */
export class Wire {
  readonly reports: MonitorError[] = []
  readonly broker = new WiredBroker({
    send: (message) => this.take(message),
    goodbye: WILL,
    clock: systemClock,
    report: (error) => this.reports.push(error),
  })
  private readonly kept = new Map<string, WiredMessage>()
  private readonly people = new Set<WirePerson>()

  join(): WirePerson {
    const person = new WirePerson(
      (topic, payload, retain) => this.broker.receive({ topic, payload, retain }),
      () => this.people.delete(person),
    )
    for (const message of this.kept.values()) person.hear(message)
    this.people.add(person)
    return person
  }

  private take(message: WiredMessage): void {
    for (const person of this.people) person.hear({ ...message, retain: false })
    if (!message.retain) return
    this.kept.delete(message.topic)
    if (message.payload !== '') this.kept.set(message.topic, message)
  }
}

class WirePerson {
  readonly heard: HeardMessage[] = []
  private readonly inbox = new Inbox<HeardMessage>()

  constructor(
    private readonly hand: (topic: string, payload: string, retain: boolean) => void,
    private readonly go: () => void,
  ) {}

  hear(message: WiredMessage): void {
    this.heard.push(message)
    this.inbox.push(message.topic, message)
  }

  next(topic: string, payload?: string): Promise<HeardMessage> {
    return this.inbox.next(topic, (message) => payload === undefined || message.payload === payload)
  }

  say(topic: string, payload: string, _sending?: Sending): Promise<void> {
    this.hand(topic, payload, false)
    return Promise.resolve()
  }

  leave(): Promise<void> {
    this.go()
    return Promise.resolve()
  }
}
