import { Chain, type Link } from '../domain/chain'
import { RANKS, type KeptValue, type Rank } from './broker'

/** Thousands of strips with an announcement for each entity. */
const MOST_TOPICS = 200_000
const MOST_CHARACTERS = 128 * 1024 * 1024

interface Entry extends Link<Entry> {
  readonly topic: string
  payload: string
  rank: Rank
  qos: 0 | 1
  isPending: boolean
}

/** The newest value of each topic, and which of them have still to go out. */
export class KeptValues {
  private readonly entries = new Map<string, Entry>()
  private readonly pending: Readonly<Record<Rank, Chain<Entry>>> = {
    bridge: new Chain(),
    discovery: new Chain(),
    availability: new Chain(),
    state: new Chain(),
  }
  private characters = 0

  constructor(
    private readonly most_topics = MOST_TOPICS,
    private readonly most_characters = MOST_CHARACTERS,
  ) {}

  get size(): number {
    return this.entries.size
  }

  /** What is there already need not go out again. @returns whether there is room for it */
  keep({ topic, payload, rank, qos }: KeptValue): boolean {
    const entry = this.entries.get(topic)
    const characters = this.characters + payload.length + (entry ? -entry.payload.length : topic.length)
    if (characters > this.most_characters || (!entry && this.entries.size >= this.most_topics)) return false
    if (entry && entry.payload === payload && entry.rank === rank && entry.qos === qos) return true
    this.characters = characters
    if (entry?.isPending) this.pending[entry.rank].delete(entry)
    const next = entry ?? { topic, payload, rank, qos, isPending: false, previous: undefined, next: undefined }
    next.payload = payload
    next.rank = rank
    next.qos = qos
    this.entries.set(topic, next)
    this.append(next)
    return true
  }

  forget(topic: string): void {
    const entry = this.entries.get(topic)
    if (!entry) return
    this.pending[entry.rank].delete(entry)
    this.entries.delete(topic)
    this.characters -= topic.length + entry.payload.length
  }

  /** All of them have to go out once more. */
  replay(): void {
    for (const rank of RANKS) this.pending[rank].clear()
    for (const entry of this.entries.values()) this.append(entry)
  }

  /** Of the next one that has to go out. */
  get nextRank(): Rank | undefined {
    return RANKS.find((rank) => this.pending[rank].size > 0)
  }

  /** The next one that has to go out, by rank; the oldest of its rank. */
  take(): KeptValue | undefined {
    const rank = this.nextRank
    const entry = rank && this.pending[rank].oldest
    if (!entry) return undefined
    this.pending[rank].delete(entry)
    entry.isPending = false
    return { topic: entry.topic, payload: entry.payload, rank, qos: entry.qos }
  }

  /** It is out. What removes a topic need not be kept then. */
  settle({ topic, payload }: KeptValue): void {
    if (payload === '' && this.entries.get(topic)?.payload === '') this.forget(topic)
  }

  private append(entry: Entry): void {
    entry.isPending = true
    this.pending[entry.rank].append(entry)
  }
}
