import type { MonitorError } from '../domain/errors'
import type { KeptValue, Occasion, Rank } from './broker'
import type { OutgoingMessage, Settled } from './broker-session'
import type { KeptValues } from './kept-values'
import type { Outbox } from './outbox'

/** In one turn of the event loop, beside which flows have to run: a message takes some 30 us. */
const SLICE = 50
/** What is told while others are on their way; whoever tells more does not mind. */
const MOST_TOLD = 1000

export interface OutflowOptions {
  readonly publish: (message: OutgoingMessage, settled: Settled) => void
  /** How many messages may be on their way. */
  readonly window: number
  readonly kept: KeptValues
  readonly outbox: Outbox
  readonly published: () => void
  readonly refused: (refusal: MonitorError) => void
}

/** All that goes out by one connection: at first everything that is kept, then whatever comes. In slices, at the broker's pace. */
export class Outflow {
  private readonly told: Occasion[] = []
  private onTheirWay = 0
  private isOutboxBusy = false
  private hasCaughtUp = false
  private rank: Rank | undefined
  private turn: NodeJS.Immediate | undefined
  private isStopped = false
  private readonly idleWaiters: (() => void)[] = []

  constructor(private readonly options: OutflowOptions) {}

  start(): void {
    this.options.kept.replay()
    this.wake()
  }

  /** How many had not been told. */
  stop(): number {
    this.isStopped = true
    if (this.turn) clearImmediate(this.turn)
    this.turn = undefined
    return this.told.splice(0).length
  }

  /** False where there is no room for it. */
  tell(occasion: Occasion): boolean {
    if (this.told.length >= MOST_TOLD) return false
    this.told.push(occasion)
    this.wake()
    return true
  }

  /** There may be something to send. */
  wake(): void {
    if (!this.isStopped) this.turn ??= setImmediate(() => this.run())
  }

  /** The broker has all there is. It may never be so. */
  idle(): Promise<void> {
    this.wake()
    return new Promise((resolve) => this.idleWaiters.push(resolve))
  }

  private run(): void {
    this.turn = undefined
    for (let sent = 0; sent < SLICE && this.onTheirWay < this.options.window; sent++) {
      if (this.sendNext()) continue
      if (this.onTheirWay === 0) for (const resolve of this.idleWaiters.splice(0)) resolve()
      return
    }
    if (this.onTheirWay < this.options.window) this.wake()
  }

  private sendNext(): boolean {
    return this.sendTold() || this.sendWaiting() || this.sendKept() || this.sendWaiting()
  }

  private sendTold(): boolean {
    const occasion = this.told.shift()
    if (occasion) this.send({ ...occasion, retain: false }, () => undefined)
    return occasion !== undefined
  }

  /** Some brokers hand on messages of different qualities in another order: one rank has arrived before the next one goes. */
  private sendKept(): boolean {
    const { kept } = this.options
    const rank = kept.nextRank
    if (rank !== this.rank && this.onTheirWay > 0) return false
    this.rank = rank
    if (rank === undefined) this.hasCaughtUp = true
    const value = kept.take()
    if (value) this.send(retained(value), () => kept.settle(value))
    return value !== undefined
  }

  /** One after the other, and not before everybody knows what they are of. Quality 0 would not tell when the broker has it. */
  private sendWaiting(): boolean {
    const { outbox } = this.options
    const { oldest } = outbox
    if (!oldest || this.isOutboxBusy || !this.hasCaughtUp) return false
    this.isOutboxBusy = true
    this.send({ ...oldest, qos: 1, retain: false }, () => {
      this.isOutboxBusy = false
      outbox.remove(oldest)
    })
    return true
  }

  private send(message: OutgoingMessage, settle: () => void): void {
    this.onTheirWay++
    this.options.publish(message, (refusal) => {
      this.onTheirWay--
      if (this.isStopped) return
      settle()
      if (refusal) this.options.refused(refusal)
      else this.options.published()
      this.wake()
    })
  }
}

function retained({ topic, payload, qos }: KeptValue): OutgoingMessage {
  return { topic, payload, qos, retain: true }
}
