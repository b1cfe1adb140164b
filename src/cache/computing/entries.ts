import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import { CacheEntry, jsonOf } from '../cache-entry'
import type { CacheKind, CacheOptions } from '../cache-options'
import type { Keeping } from './request'

const KILOBYTE = 1024
const LONGEST_MESSAGE = 1000

/** Makes entries of values, and knows their times. */
export class Entries {
  readonly lifetimes_ms: Readonly<Record<CacheKind, number>>
  /** How long a failure is kept, and that there is nothing. */
  readonly negative_ms: number
  readonly maximum_bytes: number
  private readonly stale_ms: number
  private readonly jitter: number
  /** The part of its time after which a value is to be replaced. */
  private readonly due: number

  constructor(
    options: CacheOptions,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly random: Random,
  ) {
    this.lifetimes_ms = {
      live: options.live_s * 1000,
      history: options.history_s * 1000,
      device: options.device_s * 1000,
      flow: options.flow_s * 1000,
    }
    this.negative_ms = options.negative_s * 1000
    this.maximum_bytes = options.entry_kb * KILOBYTE
    this.stale_ms = options.stale_s * 1000
    this.jitter = options.jitter_pct / 100
    this.due = 1 - options.refresh_ahead_pct / 100
  }

  /** @throws MonitorError `INPUT_INVALID` where JSON cannot hold the value */
  ofValue(value: unknown, { kind, ttl_ms, tags }: Keeping): CacheEntry {
    const text = jsonOf(value)
    const lifetime_ms = ttl_ms ?? this.lifetimes_ms[kind]
    const fresh_ms = lifetime_ms * (1 - this.jitter * this.random())
    return new CacheEntry({ kind, tags, stored_ms: this.clock.monotonic(), fresh_ms, stale_ms: this.stale_ms }, text)
  }

  /** What was computed. Nothing, such as an unknown device, becomes null and is kept as briefly as a failure. */
  ofComputed(value: unknown, keeping: Keeping): CacheEntry {
    return value === undefined ? this.ofNothing(keeping) : this.ofValue(value, keeping)
  }

  ofFailure({ code, message }: MonitorError, keeping: Keeping): CacheEntry {
    return this.ofNothing(keeping, { code, message: message.slice(0, LONGEST_MESSAGE) })
  }

  isTooLarge(entry: CacheEntry): boolean {
    return Buffer.byteLength(entry.text) > this.maximum_bytes
  }

  /** Whether it is time to replace a value, although it may still be served. */
  isDue(entry: CacheEntry, now_ms: number): boolean {
    return now_ms >= entry.stored_ms + entry.fresh_ms * this.due
  }

  private ofNothing({ kind, tags }: Keeping, failure?: CacheEntry['failure']): CacheEntry {
    const stored_ms = this.clock.monotonic()
    return new CacheEntry({ kind, tags, stored_ms, fresh_ms: this.negative_ms, stale_ms: 0, failure }, 'null')
  }
}
