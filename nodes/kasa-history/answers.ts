import type { Cache, Found, FoundIn } from '../../src/cache/cache'
import { deviceTag, keyOf, tagOf } from '../../src/cache/keys'
import type { Database } from '../../src/database/database'
import { type ErrorCode, toMonitorError } from '../../src/domain/errors'
import type { DatabaseService } from '../kasa-database/database-service'

/** What an operation asks of the database. */
export interface Question<Answer> {
  /** What tells it from other questions: as it was asked, because `-24h` means the same from one second to the next. */
  readonly asked: readonly unknown[]
  readonly device_ids: readonly string[]
  /** It is about now, and no longer true than a live reading. */
  readonly isLive?: boolean
  load(database: Database): Promise<Answer>
  /** Whether the cache has what `load` gives, and not what somebody has put there. */
  isAnswer(value: unknown): value is Answer
}

/** How an answer has come about, as `msg.cache` tells it. */
export interface Origin {
  /** Where it was; false: the database was asked. */
  readonly hit: Exclude<FoundIn, 'computed'> | false
  /** Since the database gave it. */
  readonly age_ms: number
  /** Past its time; a new one is on its way. */
  readonly stale: boolean
}

export interface Answered<Answer> {
  /** The caller's own. */
  readonly answer: Answer
  /** Where there is a cache. */
  readonly origin?: Origin
}

export interface Answers {
  /** @throws MonitorError what the database fails with */
  to<Answer>(question: Question<Answer>): Promise<Answered<Answer>>
}

type Store = Pick<DatabaseService, 'opened' | 'identity'>

export class DatabaseAnswers implements Answers {
  constructor(private readonly store: Store) {}

  async to<Answer>(question: Question<Answer>): Promise<Answered<Answer>> {
    return { answer: await question.load(await this.store.opened()) }
  }
}

/** A database may take as long (`timeout_ms` of a server): who asks the same waits for it rather than asks it, too. */
const WAIT_MS = 600_000
/** What the cache itself fails with. */
const TROUBLES: readonly ErrorCode[] = [
  'CACHE_UNAVAILABLE',
  'CACHE_TIMEOUT',
  'CACHE_LOAD_FAILED',
  'CLOSED',
  'INPUT_INVALID',
]
const FRESH: Origin = { hit: false, age_ms: 0, stale: false }

/** The same answers, each brought once for all who ask; a cache in trouble is passed by. */
export class CachedAnswers implements Answers {
  constructor(
    private readonly cache: Pick<Cache, 'fetch' | 'lifetimes_ms'>,
    private readonly store: Store,
  ) {}

  async to<Answer>(question: Question<Answer>): Promise<Answered<Answer>> {
    // At most one: what was begun here is waited for, whatever the cache makes of it.
    const own: Promise<Answer>[] = []
    const load = () => {
      const loading = this.load(question)
      own.push(loading)
      return loading
    }
    const found = await this.find(question, load).catch((thrown: unknown) => {
      if (own.length === 0 && !TROUBLES.includes(toMonitorError(thrown).code)) throw thrown
      return undefined
    })
    const value: unknown = found?.value
    if (found === undefined || !question.isAnswer(value)) return { answer: await (own[0] ?? load()), origin: FRESH }
    const { from, age_ms, stale } = found
    const origin: Origin = { hit: from === 'computed' ? false : from, age_ms: Math.round(age_ms), stale }
    // The cache shares it with all who ask, and a flow may change what it gets.
    return { answer: structuredClone(value), origin }
  }

  private async find(question: Question<unknown>, load: () => Promise<unknown>): Promise<Found> {
    const { asked, device_ids, isLive } = question
    const { identity } = this.store
    return this.cache.fetch(keyOf(`history:${identity}:${JSON.stringify(asked)}`), load, {
      kind: 'history',
      tags: [tagOf(`database:${identity}`), ...device_ids.map(deviceTag)],
      wait_ms: WAIT_MS,
      ...(isLive && { ttl_ms: this.cache.lifetimes_ms.live }),
    })
  }

  private async load<Answer>(question: Question<Answer>): Promise<Answer> {
    return question.load(await this.store.opened())
  }
}
