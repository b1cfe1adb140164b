import { connectAsync, type MqttClient } from 'mqtt'
import { Inbox } from './inbox'

export interface HeardMessage {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
  readonly qos: number
  readonly correlation?: string
}

export interface Sending {
  readonly qos?: 0 | 1
  readonly retain?: boolean
  readonly response_topic?: string
  readonly correlation?: string
}

/** Somebody else at a broker, who hears everything, in order, and may say something. */
export class MqttPerson {
  readonly heard: HeardMessage[] = []
  private readonly inbox = new Inbox<HeardMessage>()

  private constructor(private readonly client: MqttClient) {
    client.on('message', (topic, payload, { retain, qos, properties }) => {
      const correlation = properties?.correlationData?.toString()
      const message = {
        topic,
        payload: payload.toString(),
        retain,
        qos,
        ...(correlation !== undefined && { correlation }),
      }
      this.heard.push(message)
      this.inbox.push(topic, message)
    })
  }

  /** Hears at once what the broker has kept. */
  static async at(url: string, version: 4 | 5 = 4, filter = '#'): Promise<MqttPerson> {
    const client = await connectAsync(url, { protocolVersion: version, reconnectPeriod: 0, rejectUnauthorized: false })
    const person = new MqttPerson(client)
    await client.subscribeAsync(filter, { qos: 1 })
    return person
  }

  /** The oldest message to this topic that nobody has taken; waits for one. */
  next(topic: string, payload?: string): Promise<HeardMessage> {
    return this.inbox.next(topic, (message) => payload === undefined || message.payload === payload)
  }

  /** Once the broker has it. */
  async say(topic: string, payload: string, { qos = 1, retain = false, response_topic, correlation }: Sending = {}) {
    const properties = {
      ...(response_topic !== undefined && { responseTopic: response_topic }),
      ...(correlation !== undefined && { correlationData: Buffer.from(correlation) }),
    }
    await this.client.publishAsync(topic, payload, { qos, retain, properties })
  }

  async leave(): Promise<void> {
    await this.client.endAsync(true)
  }
}
