import { Sender, type SenderOptions } from '../../../src/database/sending/sender'
import type { BadLine, Verdict } from '../../../src/database/sending/verdict'
import type { Lines } from '../../../src/database/store'
import { MonitorError } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { MemorySpool } from './memory-spool'

export const UNAVAILABLE = new MonitorError('DATABASE_UNAVAILABLE', 'nobody is there')
export const LOGIN_REFUSED = new MonitorError('DATABASE_LOGIN_REFUSED', 'this token is not known')
export const STORED: Verdict = { kind: 'stored' }
export const BUSY: Verdict = { kind: 'retry', error: UNAVAILABLE }
export const LOST: Verdict = { kind: 'retry', error: UNAVAILABLE, lost_connection: true }
export const TIMED_OUT: Verdict = { kind: 'retry', error: UNAVAILABLE, timed_out: true }
export const HELD: Verdict = { kind: 'held', error: LOGIN_REFUSED }

type Answer = (lines: readonly string[]) => Verdict | Promise<Verdict>

/** A sender between a spool in memory and a store that a test plays. */
export class SendingBench {
  readonly clock = new FakeClock()
  readonly spool = new MemorySpool(this.clock)
  readonly requests: { readonly at: number; readonly lines: readonly string[] }[] = []
  readonly quarantined: { readonly line: string; readonly bad: BadLine }[] = []
  readonly changes: string[] = []
  probes = 0
  grace_ms = 0
  /** How the store answers; by default it takes everything. */
  answer: Answer = () => STORED
  probe: () => Promise<void> | void = () => {}
  underway = 0
  mostUnderway = 0
  readonly sender: Sender

  constructor(options: Partial<Pick<SenderOptions, 'batch_points' | 'batch_delay_ms' | 'random'>> = {}) {
    const grace = () => this.grace_ms
    this.sender = new Sender({
      batch_points: 10,
      batch_delay_ms: 1000,
      random: () => 0.5,
      ...options,
      spool: this.spool,
      store: {
        get grace_ms() {
          return grace()
        },
        send: (lines) => this.send(lines),
        probe: async () => {
          this.probes++
          await this.probe()
        },
      },
      quarantine: {
        add: (line, bad) => {
          this.quarantined.push({ line, bad })
          return Promise.resolve()
        },
      },
      clock: this.clock,
      onChange: () => this.changes.push(this.state),
    })
  }

  get state(): string {
    const { trouble } = this.sender.status()
    return trouble ? `${trouble.held ? 'held' : 'retrying'} ${trouble.error.code}` : 'ok'
  }

  get sent(): string[] {
    return this.requests.flatMap(({ lines }) => lines)
  }

  async start(): Promise<void> {
    this.spool.onLines = () => this.sender.wake()
    this.sender.start()
    await this.calm()
  }

  /** Lets everything happen that needs no time. */
  async calm(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  async pass(duration_ms: number): Promise<void> {
    this.clock.advance(duration_ms)
    await this.calm()
  }

  /** Lets time pass in steps until the spool is empty; false where that takes longer than `limit_ms`. */
  async drain(limit_ms: number, step_ms = 1000): Promise<boolean> {
    for (let passed_ms = 0; passed_ms <= limit_ms; passed_ms += step_ms) {
      await this.settleTurns()
      if (this.spool.status().lines === 0) return true
      this.clock.advance(step_ms)
    }
    return false
  }

  /** As long as requests follow one another without a pause. */
  private async settleTurns(): Promise<void> {
    for (let count = -1; count !== this.requests.length;) {
      count = this.requests.length
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private async send({ text, count }: Lines): Promise<Verdict> {
    const lines = text.toString().split('\n').slice(0, -1)
    if (lines.length !== count) throw new Error(`${count} lines announced, ${lines.length} sent`)
    this.requests.push({ at: this.clock.monotonic(), lines })
    this.mostUnderway = Math.max(this.mostUnderway, ++this.underway)
    try {
      return await this.answer(lines)
    } finally {
      this.underway--
    }
  }
}

export function numbered(from: number, to: number, name = 'line'): string[] {
  return Array.from({ length: to - from }, (_, index) => `${name} v=${from + index}`)
}

/** Answers that a test gives by hand. */
export class ByHand {
  readonly waiting: { readonly lines: readonly string[]; readonly answer: (verdict: Verdict) => void }[] = []

  readonly take: Answer = (lines) => new Promise((resolve) => this.waiting.push({ lines, answer: resolve }))

  /** Answers the oldest, or the one at `index`. */
  give(verdict: Verdict, index = 0): void {
    const [waiting] = this.waiting.splice(index, 1)
    waiting?.answer(verdict)
  }
}
