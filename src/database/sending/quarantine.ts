import { appendFile, mkdir, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../domain/clock'
import type { BadLine } from './verdict'

const MAXIMUM_BYTES = 10 * 1024 * 1024
const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.lp$/
const MAXIMUM_REASON = 500

/**
 * Lines that a store will never take, in a file a day beside the spool, each under a comment with the time and the store's
 * words: what was mended can be written again as it is. Lines that are older than the store keeps are not in it, because
 * nothing can be mended about them; they are counted apart.
 */
export class Quarantine {
  private added = 0
  private tooOld = 0
  private waiting: string[] = []
  private writing: Promise<void> | undefined
  private newest: string | undefined

  constructor(
    /** Absolute. */
    readonly folder: string,
    private readonly clock: Clock,
    private readonly maximum_bytes = MAXIMUM_BYTES,
  ) {}

  /** Since the object was made. */
  get lines(): number {
    return this.added
  }

  /** Since the object was made: lines older than the store keeps. */
  get expired(): number {
    return this.tooOld
  }

  /** In the store's words: why it did not take the newest of them. */
  get reason(): string | undefined {
    return this.newest
  }

  /** Never rejects: where the file is full or cannot be written, the line is counted all the same. */
  add(line: string, { reason, expired = false }: BadLine): Promise<void> {
    if (expired) this.tooOld++
    else {
      this.added++
      this.newest = oneLine(reason)
      this.waiting.push(`# ${new Date(this.clock.now()).toISOString()}, ${this.newest}\n${line}\n`)
    }
    this.writing ??= this.write()
    return this.writing
  }

  private async write(): Promise<void> {
    // All that one batch has brought goes in one piece.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const entries = this.waiting
      this.waiting = []
      // Counted they are, and the next ones may fit again.
      await this.append(entries).catch(() => undefined)
    }
    this.writing = undefined
  }

  private async append(entries: readonly string[]): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const today = `${new Date(this.clock.now()).toISOString().slice(0, 10)}.lp`
    const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0)
    let room = await this.makeRoom(bytes, today)
    let fitting = ''
    for (const entry of entries) {
      room -= Buffer.byteLength(entry)
      if (room >= 0) fitting += entry
    }
    if (fitting !== '') await appendFile(join(this.folder, today), fitting)
  }

  /** Bytes that may be added, once the files of other days have gone as far as they had to. */
  private async makeRoom(bytes: number, today: string): Promise<number> {
    const names = (await readdir(this.folder)).filter((name) => DAY_FILE.test(name)).sort()
    const files = await Promise.all(names.map(async (name) => ({ name, size: await this.sizeOf(name) })))
    let room = files.reduce((left, { size }) => left - size, this.maximum_bytes)
    for (const { name, size } of files) {
      if (room >= bytes || name === today) continue
      await unlink(join(this.folder, name))
      room += size
    }
    return room
  }

  private async sizeOf(name: string): Promise<number> {
    return (await stat(join(this.folder, name))).size
  }
}

function oneLine(text: string): string {
  return text.slice(0, MAXIMUM_REASON).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
