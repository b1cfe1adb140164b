import type { Broker, ReceivedMessage } from '../../mqtt/broker'
import { isTopic } from '../../mqtt/topic-filters'
import type { Topics } from '../topics'
import type { Result } from './result'

/** Kept while a command waits: nobody needs more to know an answer again. */
const LONGEST_CORRELATION_BYTES = 256
const LONGEST_RESPONSE_TOPIC = 512
/** What belongs to the broker, and what some brokers end a connection for. */
const UNFIT = /^\$|[\p{Cc}\p{Cs}]/u

/** Who waits for a result. */
export interface Sender {
  /** MQTT 5: another topic than where all results are told. */
  readonly response_topic?: string
  readonly correlation?: Buffer
  /** What of the message cannot be done as it wishes. */
  readonly ignored: readonly string[]
}

/** Tells what became of commands. */
export class Results {
  constructor(
    private readonly broker: Pick<Broker, 'tell'>,
    private readonly topics: Topics,
  ) {}

  senderOf({ response_topic, correlation }: ReceivedMessage, device_id: string | undefined): Sender {
    const isElsewhere = response_topic !== undefined && response_topic !== this.topics.result(device_id)
    const isFit = isElsewhere && this.isFit(response_topic)
    const isShort = correlation !== undefined && correlation.length <= LONGEST_CORRELATION_BYTES
    return {
      ...(isFit && { response_topic }),
      ...(isShort && { correlation }),
      ignored: [
        ...(isElsewhere && !isFit ? ['response topic'] : []),
        ...(correlation !== undefined && !isShort ? ['correlation data'] : []),
      ],
    }
  }

  /** @param device_id absent: of the bridge, or of what is no device */
  tell(device_id: string | undefined, sender: Sender, { ignored = [], ...result }: Result): void {
    const { response_topic, correlation } = sender
    const all = [...ignored, ...sender.ignored]
    const payload = JSON.stringify({ ...result, ...(all.length > 0 && { ignored: all }) })
    const own = this.topics.result(device_id)
    for (const topic of new Set([own, response_topic ?? own])) {
      this.broker.tell({ topic, payload, qos: 1, ...(correlation && { correlation }) })
    }
  }

  /** Nobody can make us write where they may not themselves: to announcements, states or commands of ours. */
  private isFit(topic: string): boolean {
    const { base, prefix } = this.topics
    if (topic.length > LONGEST_RESPONSE_TOPIC || !isTopic(topic) || UNFIT.test(topic)) return false
    return !isBelow(base, topic) && !isBelow(prefix, topic)
  }
}

function isBelow(root: string, topic: string): boolean {
  return topic === root || topic.startsWith(`${root}/`)
}
