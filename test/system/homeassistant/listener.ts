import { MqttPerson, type HeardMessage } from '../../support/mqtt-person'

/** Answers and occasions stay with nobody. */
const PASSING = /\/(alert|event|result)$|\/set(\/|$)|^homeassistant\/status$/

/** Somebody who hears everything below some topics, and knows what a broker keeps of it. */
export class Listener {
  private constructor(
    readonly person: MqttPerson,
    private readonly beginnings: readonly string[],
  ) {}

  /** Has heard then what the broker has kept. */
  static async at(url: string, ...beginnings: readonly string[]): Promise<Listener> {
    const person = await MqttPerson.at(url)
    await person.say('listener', 'here')
    await person.next('listener', 'here')
    return new Listener(person, beginnings)
  }

  /** What came, or what came after so many messages. */
  heard(from = 0): readonly HeardMessage[] {
    return this.person.heard.slice(from).filter(({ topic }) => {
      return this.beginnings.some((beginning) => topic.startsWith(beginning))
    })
  }

  /** For `heard` and the like: what comes from now on. */
  get now(): number {
    return this.person.heard.length
  }

  payloads(topic: string, from = 0): string[] {
    return this.heard(from).flatMap((message) => (message.topic === topic ? [message.payload] : []))
  }

  /** The newest of what lasts, by topic. */
  kept(from = 0): Map<string, string> {
    const kept = new Map<string, string>()
    for (const { topic, payload } of this.heard(from)) {
      if (PASSING.test(topic)) continue
      if (payload === '') kept.delete(topic)
      else kept.set(topic, payload)
    }
    return kept
  }

  /** How often each topic that lasts was told. */
  times(from = 0): Map<string, number> {
    const times = new Map<string, number>()
    for (const { topic } of this.heard(from)) if (!PASSING.test(topic)) times.set(topic, (times.get(topic) ?? 0) + 1)
    return times
  }

  leave(): Promise<void> {
    return this.person.leave()
  }
}

/** Which of the bridge, announcements, availability and states a topic is, in the order in which they are to come. */
export function rankOf(topic: string): number {
  return [/\/bridge\/(state|info)$/, /\/config$/, /\/availability$/, /./].findIndex((pattern) => pattern.test(topic))
}
