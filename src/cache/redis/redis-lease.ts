import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'
import { claimCommand, releaseCommand, renewCommand } from './redis-commands'
import type { RedisLink } from './redis-link'
import type { RedisNames } from './redis-names'
import type { Command, RedisSession } from './redis-session'
import type { RedisWriter } from './redis-writer'

export interface LeaseOptions {
  readonly key: string
  readonly token: string
  readonly lease_ms: number
  readonly names: RedisNames
  readonly link: RedisLink
  readonly writer: RedisWriter
  /** The changes of it that are made here, and that Redis tells because a script makes them. */
  readonly own: OwnChanges
}

/** A name in Redis that holds a secret of the one who has the lease. */
export class RedisLease implements Lease {
  private readonly name: string

  constructor(private readonly options: LeaseOptions) {
    this.name = options.names.lease(options.key)
  }

  async renew(): Promise<boolean> {
    const { token, lease_ms } = this.options
    return (await this.change(renewCommand(this.name, token, lease_ms))) === 1
  }

  async release(): Promise<void> {
    await this.change(releaseCommand(this.name, this.options.token))
  }

  /** What a script changes is told to the one who sent it, so the value itself comes by `RENAME`, which fails where it is lost. */
  async commit(entry: CacheEntry): Promise<boolean> {
    const { key, token, names, link, writer, own } = this.options
    const written = writer.textOf(key, entry)
    if (!written) {
      await this.release()
      return false
    }
    const stage = names.stage(key, token)
    const value = names.value(key)
    const claim = claimCommand(this.name, stage, token, written.text, written.life_ms)
    const exchange = async (session: RedisSession) => {
      const kept = session.transaction(value, [claim, ['RENAME', stage, value]])
      const [[claimed]] = await Promise.all([kept, writer.tag(session, key, entry.tags, written.life_ms)])
      if (claimed instanceof Error) throw claimed
      return claimed === 1
    }
    return own.during(key, () => link.ask(exchange))
  }

  private change(command: Command): Promise<unknown> {
    const { key, link, own } = this.options
    return own.during(key, () => link.ask((session) => session.send(this.name, command)))
  }
}

/** Keys whose lease is being changed here. */
export class OwnChanges {
  private readonly counts = new Map<string, number>()

  has(key: string): boolean {
    return this.counts.has(key)
  }

  async during<T>(key: string, change: () => Promise<T>): Promise<T> {
    this.add(key, 1)
    try {
      return await change()
    } finally {
      // It is told together with the answer.
      setImmediate(() => this.add(key, -1))
    }
  }

  private add(key: string, by: number): void {
    const count = (this.counts.get(key) ?? 0) + by
    if (count > 0) this.counts.set(key, count)
    else this.counts.delete(key)
  }
}
