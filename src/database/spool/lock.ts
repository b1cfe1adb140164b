import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { codeOf, readText, withFile, writeFully, type Files } from './files'
import { isRunning, processIdentity } from './process-identity'

const NAME = 'lock'
const BEAT_MS = 10_000
/** A lock whose owner cannot be asked about counts for so long after its last beat. */
const FRESH_MS = 60_000
/**
 * Locking and taking over are a matter of moments: who was killed in the midst of them keeps nobody waiting for long. A
 * lock that has no text because the disk is full beats every time.
 */
const UNTOLD_MS = 5000
const ATTEMPTS = 3

interface Owner {
  readonly pid: number
  readonly host: string
  /** See `processIdentity`; absent where the system does not say. */
  readonly process?: string
}

interface FoundLock {
  readonly text: string
  /** ms since the epoch. */
  readonly beaten_at: number
}

/**
 * Keeps a second process off the folder: a file that says who has it, touched again and again while it is so. A lock of
 * a process that is gone is taken over.
 */
export class SpoolLock {
  private readonly path: string
  private text = ''
  private beaten_at = 0
  private isHeld = false
  private isUntold = false

  constructor(
    private readonly folder: string,
    private readonly files: Files,
    private readonly clock: Clock,
  ) {
    this.path = join(folder, NAME)
  }

  /** @throws MonitorError `SPOOL_LOCKED`; otherwise what the disk says */
  async acquire(): Promise<void> {
    const identity = await processIdentity(process.pid)
    const owner: Owner = { pid: process.pid, host: hostname(), ...(identity !== undefined && { process: identity }) }
    this.text = `${JSON.stringify({ ...owner, since: new Date(this.clock.now()).toISOString() })}\n`
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.create()) return
      const found = await this.read()
      if (found && (await this.isAlive(found, owner))) throw this.locked(found.text)
      if (found) await this.clear(found.text)
    }
    throw this.locked('')
  }

  /** To be called every second or so. */
  async beat(): Promise<void> {
    const now = this.clock.monotonic()
    if (!this.isHeld || (!this.isUntold && now - this.beaten_at < BEAT_MS)) return
    this.beaten_at = now
    await this.touch()
  }

  async release(): Promise<void> {
    if (!this.isHeld) return
    this.isHeld = false
    await this.remove(this.path)
  }

  private async create(): Promise<boolean> {
    try {
      await withFile(this.files, this.path, 'wx', async (file) => {
        // A full disk has no room for the text, but must not keep what is in the spool from being sent.
        await writeFully(file, Buffer.from(this.text), 0).catch(() => void (this.isUntold = true))
      })
    } catch (thrown) {
      if (codeOf(thrown) === 'EEXIST') return false
      throw thrown
    }
    this.isHeld = true
    this.beaten_at = this.clock.monotonic()
    await this.touch()
    return true
  }

  private async remove(path: string): Promise<void> {
    await this.files.unlink(path).catch(() => undefined)
  }

  private async touch(path = this.path): Promise<void> {
    await this.files.touch(path, this.clock.now() / 1000).catch(() => undefined)
  }

  /** Undefined where it has just gone. */
  private async read(path = this.path): Promise<FoundLock | undefined> {
    try {
      const { mtimeMs } = await withFile(this.files, path, 'r', (file) => file.stat())
      return { text: await readText(this.files, path), beaten_at: mtimeMs }
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return undefined
      throw thrown
    }
  }

  private isFresh({ beaten_at }: FoundLock, fresh_ms = FRESH_MS): boolean {
    return this.clock.now() - beaten_at < fresh_ms
  }

  private async isAlive(found: FoundLock, me: Owner): Promise<boolean> {
    const owner = parseOwner(found.text)
    if (!owner) return this.isFresh(found, UNTOLD_MS)
    const isFresh = this.isFresh(found)
    if (owner.host !== me.host) return isFresh
    // Of this very process: one that could not be removed does not beat any more.
    if (owner.pid === me.pid && owner.process === me.process) return isFresh
    if (owner.process !== undefined) return owner.process === (await processIdentity(owner.pid))
    return isRunning(owner.pid) && isFresh
  }

  /** One process at a time may remove a dead lock: another, a moment later, would remove the new one. */
  private async clear(dead: string): Promise<void> {
    const guard = `${this.path}.takeover`
    try {
      await withFile(this.files, guard, 'wx', () => this.touch(guard))
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown
      const found = await this.read(guard)
      if (found && this.isFresh(found, UNTOLD_MS)) throw this.locked('')
      // Of one that was killed at that very moment.
      if (found) await this.remove(guard)
      return
    }
    try {
      if ((await this.read())?.text === dead) await this.remove(this.path)
    } finally {
      await this.remove(guard)
    }
  }

  private locked(text: string): MonitorError {
    const owner = parseOwner(text)
    const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process'
    const message = `${who} has the spool in ${this.folder} (see ${this.path})`
    return new MonitorError('SPOOL_LOCKED', message, { details: { field: 'folder', value: this.folder } })
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, host, process: identity } = JSON.parse(text) as Record<string, unknown>
    if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== 'string') return undefined
    return { pid: pid as number, host, ...(typeof identity === 'string' && { process: identity }) }
  } catch {
    return undefined
  }
}
