import type { Subject, Values } from './subject'
import type { Watch } from './watch'
import type { WatchedGroup } from './watched-group'

/** What a subject says of itself. What it leaves out stays as it was. */
export interface Identity {
  readonly id: string
  readonly alias: string
  readonly model?: string | undefined
  readonly host?: string | undefined
  readonly parent_id?: string | undefined
}

const NOTHING: Values = Object.freeze({})

/** A device or a topic, with whom it concerns. */
export class KnownSubject implements Subject {
  readonly id: string
  alias = ''
  model: string | undefined
  host: string | undefined
  parent_id: string | undefined
  values: Values = NOTHING
  sampled_ms = -Infinity
  timestamp = 0
  online: boolean | undefined
  /** Those that are asked when something comes of it, its own and others that name it. */
  readonly watches: Watch[] = []
  /** Those that it is a part of. */
  readonly groups: WatchedGroup[] = []

  /**
   * @param is_expected only its name is known: a rule names it, or the poller does not reach it. It gives way to the
   * device that turns out to be the one.
   * @param heard_ms by the monotonic clock
   */
  constructor(
    identity: Identity,
    readonly is_expected: boolean,
    public heard_ms: number,
  ) {
    this.id = identity.id
    this.identify(identity)
  }

  identify({ id, alias, model, host, parent_id }: Identity): void {
    this.alias = alias === '' ? id : alias
    this.model = model ?? this.model
    this.host = host ?? this.host
    this.parent_id = parent_id ?? this.parent_id
  }

  goesBy(alias: string, host: string | undefined, parent_id: string | undefined): boolean {
    if (alias !== this.alias && (alias !== '' || this.alias !== this.id)) return false
    const isThere = host === undefined || host === this.host
    return isThere && (parent_id === undefined || parent_id === this.parent_id) && !this.is_expected
  }

  /** A rule names it, and that is all that is known. */
  get is_named_only(): boolean {
    return this.is_expected && this.host === undefined
  }

  get isWatched(): boolean {
    return this.watches.length + this.groups.length > 0
  }

  /** @param sampled_ms by the monotonic clock */
  sample(values: Values, sampled_ms: number, timestamp: number): void {
    this.values = values
    this.sampled_ms = Math.max(this.sampled_ms, sampled_ms)
    this.timestamp = timestamp
    this.heard_ms = this.sampled_ms
    this.online = true
  }

  /** What was known is true no longer. */
  goOffline(): void {
    this.online = false
    this.values = NOTHING
  }
}
