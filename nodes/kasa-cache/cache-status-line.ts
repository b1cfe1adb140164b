import type { Cache } from '../../src/cache/cache'
import type { StatusKind } from '../shared/status'
import { reasonOf } from '../kasa-cache-store/store-news'
import type { Outcome } from './operations/workplace'
import type { Waiting } from './waiting'

/** What `kasa-cache` shows: what came of its messages, and where the cache is without its Redis. */
export class CacheStatusLine {
  private hits = 0
  private questions = 0
  private kept = 0
  private notKept = 0
  private failed = 0
  private deleted: number | undefined

  constructor(
    private readonly cache: Pick<Cache, 'status'>,
    private readonly waiting: Pick<Waiting, 'size'>,
  ) {}

  count(outcome: Outcome): void {
    switch (outcome) {
      case 'hit':
        this.hits++
        this.questions++
        return
      case 'miss':
        this.questions++
        return
      case 'kept':
        this.kept++
        return
      case 'not kept':
        this.notKept++
        return
      case 'failed':
        this.failed++
        return
      case 'done':
        return
      default:
        this.deleted = (this.deleted ?? 0) + outcome.deleted
    }
  }

  now(): [StatusKind, string] {
    const { redis, error } = this.cache.status()
    const counts = this.counts().join(', ')
    if (redis === 'down') return ['waiting', [reasonOf(error), counts].filter(Boolean).join(', ')]
    if (redis === 'connecting') return ['waiting', 'connecting to Redis']
    return ['ready', counts || 'ready']
  }

  private counts(): string[] {
    const { hits, questions, kept, notKept, failed, deleted, waiting } = this
    const counts: [count: number | undefined, text: string][] = [
      [questions, `${percentage(hits, questions)} of ${number(questions)} hit`],
      [waiting.size, `${number(waiting.size)} waiting`],
      [kept, `${number(kept)} kept`],
      [notKept, `${number(notKept)} not kept`],
      [failed, `${number(failed)} failed`],
    ]
    const words = counts.filter(([count]) => count).map(([, text]) => text)
    return deleted === undefined ? words : [...words, `${number(deleted)} deleted`]
  }
}

/** Rounded down: 100 % means all. */
function percentage(part: number, whole: number): string {
  return `${Math.floor((100 * part) / Math.max(1, whole))} %`
}

/** 12,345: people read it, in one language. */
function number(count: number): string {
  return count.toLocaleString('en-US')
}
