import type { Clock } from '../../domain/clock'
import type { CacheEntry } from '../cache-entry'
import type { Change } from '../cache-level'
import { BYTES_PER_CHARACTER, encodeEntry, maximumBytes } from './entry-codec'
import { tagCommand, type Tagging } from './redis-commands'
import type { RedisNames } from './redis-names'
import type { RedisSession, Reply } from './redis-session'

/** Together on their way. */
const CHUNK_CHANGES = 500
const CHUNK_CHARACTERS = 1_000_000
/** In one script, which holds Redis up. */
const CHUNK_TAGGINGS = 200

export interface WriterOptions {
  readonly names: RedisNames
  readonly clock: Clock
  readonly entry_bytes: number
  readonly onRubbish: (count: number) => void
}

interface Written {
  readonly text: string
  readonly life_ms: number
}

/** Makes commands of changes. */
export class RedisWriter {
  private readonly maximum_bytes: number

  constructor(private readonly options: WriterOptions) {
    this.maximum_bytes = maximumBytes(options.entry_bytes)
  }

  /** Undefined where it is not to be kept: its time is over, or it is too large ever to be read. */
  textOf(key: string, entry: CacheEntry): Written | undefined {
    const life_ms = Math.floor(entry.ends_ms - this.options.clock.monotonic())
    if (life_ms < 1 || entry.text.length > this.maximum_bytes) return undefined
    const text = encodeEntry(key, entry)
    return isLonger(text, this.maximum_bytes) ? undefined : { text, life_ms }
  }

  /** In order. */
  async write(session: RedisSession, changes: readonly Change[]): Promise<void> {
    let [chunk, characters]: [Change[], number] = [[], 0]
    for (const change of changes) {
      chunk.push(change)
      characters += change[1]?.text.length ?? 0
      if (chunk.length < CHUNK_CHANGES && characters < CHUNK_CHARACTERS) continue
      await this.writeChunk(session, chunk)
      ;[chunk, characters] = [[], 0]
    }
    if (chunk.length > 0) await this.writeChunk(session, chunk)
  }

  /** Values, and the computations of them. How many values there were. */
  async delete(session: RedisSession, keys: readonly string[]): Promise<number> {
    let count = 0
    for (const chunk of inChunks(keys, CHUNK_CHANGES)) {
      // First the leases: what is committed before is deleted, what would be committed after has lost its lease.
      const leases = this.unlinkLeases(session, chunk)
      const values = unlink(
        session,
        chunk.map((key) => this.options.names.value(key)),
      )
      const [, unlinked] = await Promise.all([leases, values])
      count += unlinked
    }
    return count
  }

  /** Puts a key into groups. A value comes first: whoever deletes a group in between has not seen it, and it is a later one. */
  async tag(session: RedisSession, key: string, tags: readonly string[], life_ms: number): Promise<void> {
    await this.sendTaggings(session, this.taggingsOf(key, tags, life_ms))
  }

  private async writeChunk(session: RedisSession, changes: readonly Change[]): Promise<void> {
    const keys = changes.map(([key]) => key)
    // A computation that began before is outdated by a change.
    const sent: Promise<Reply>[] = [this.unlinkLeases(session, keys)]
    const taggings: Tagging[] = []
    for (const [key, entry] of changes) {
      const name = this.options.names.value(key)
      const written = entry && this.textOf(key, entry)
      if (written) taggings.push(...this.taggingsOf(key, entry.tags, written.life_ms))
      sent.push(
        session.send(name, written ? ['SET', name, written.text, 'PX', String(written.life_ms)] : ['UNLINK', name]),
      )
    }
    sent.push(this.sendTaggings(session, taggings))
    await Promise.all(sent)
  }

  /** Whoever computes one of these keys has lost. */
  unlinkLeases(session: RedisSession, keys: readonly string[]): Promise<number> {
    return unlink(
      session,
      keys.map((key) => this.options.names.lease(key)),
    )
  }

  private taggingsOf(key: string, tags: readonly string[], life_ms: number): Tagging[] {
    return tags.map((tag) => ({ tag: this.options.names.tag(tag), key, life_ms }))
  }

  private async sendTaggings(session: RedisSession, taggings: readonly Tagging[]): Promise<void> {
    const chunks = inChunks(taggings, session.is_cluster ? 1 : CHUNK_TAGGINGS)
    const sent = chunks.map((chunk) => session.send(chunk[0]?.tag ?? '', tagCommand(chunk)))
    for (const rubbish of await Promise.all(sent)) this.options.onRubbish(Number(rubbish))
  }
}

/** Counting the bytes costs more than all else, and hardly any text comes near the bound. */
function isLonger(text: string, maximum_bytes: number): boolean {
  return text.length * BYTES_PER_CHARACTER > maximum_bytes && Buffer.byteLength(text) > maximum_bytes
}

/** How many there were. */
export async function unlink(session: RedisSession, names: readonly string[]): Promise<number> {
  const chunks = inChunks(names, session.is_cluster ? 1 : CHUNK_CHANGES)
  const sent = chunks.map((chunk) => session.send(chunk[0] ?? '', ['UNLINK', ...chunk]))
  let count = 0
  for (const unlinked of await Promise.all(sent)) count += Number(unlinked)
  return count
}

export function inChunks<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let begin = 0; begin < all.length; begin += size) chunks.push(all.slice(begin, begin + size))
  return chunks
}
