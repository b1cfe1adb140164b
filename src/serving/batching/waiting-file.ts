import type { Clock, Timer } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import { StateFile } from '../../files/state-file'
import { readKept, writeKept, type KeptMessage } from './kept-messages'
import type { WaitingMessage } from './waiting-batch'

/** What comes at once is written at once. */
const CHANGED_WITHIN_MS = 10
/** Beside which flows have to run: there may be thousands of messages to be written. */
const SHARE_OF_TIME = 1 / 20

export interface WaitingFileOptions {
  readonly file: string
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
  /** Whether what waits is kept from the start, for a power cut or a crash; else when it ends. */
  readonly isDurable: boolean
  /** What waits, at this moment. */
  readonly messages: () => readonly WaitingMessage[]
}

/** Keeps what waits over a restart. */
export class WaitingFile {
  private readonly file: StateFile
  private timer: Timer | undefined
  /** How long the last writing has held up the flows. */
  private took_ms = 0
  private isEmpty = true
  private kept: ReadonlySet<WaitingMessage> = new Set()
  private stopping: Promise<ReadonlySet<WaitingMessage>> | undefined

  constructor(private readonly options: WaitingFileOptions) {
    const { file, report } = options
    this.file = new StateFile({ file, content: 'messages', report })
  }

  /** What was kept. A damaged or foreign file is set aside and reported, never overwritten. */
  async read(): Promise<readonly KeptMessage[]> {
    const kept = (await this.file.read(readKept)) ?? []
    this.isEmpty = kept.length === 0
    return kept
  }

  /** Something else waits than before. What is durable is on disk some milliseconds later; what was read is gone from there. */
  changed(): void {
    if (this.stopping || (this.isEmpty && !this.options.isDurable)) return
    const delay_ms = Math.max(CHANGED_WITHIN_MS, this.took_ms / SHARE_OF_TIME)
    this.timer ??= this.options.clock.setTimeout(() => {
      this.timer = undefined
      void this.write()
    }, delay_ms)
  }

  /** Writes all that waits, until nothing comes any more. @returns the messages that are on disk. May be called twice. */
  stop(): Promise<ReadonlySet<WaitingMessage>> {
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.stopping ??= Promise.resolve().then(() => this.writeAll())
    return this.stopping
  }

  private async writeAll(): Promise<ReadonlySet<WaitingMessage>> {
    let written: number
    do {
      written = this.content().length
      await this.write()
    } while (this.content().length > written)
    return this.kept
  }

  private content(): readonly WaitingMessage[] {
    return this.options.isDurable || this.stopping ? this.options.messages() : []
  }

  private async write(): Promise<void> {
    if (this.isEmpty && this.content().length === 0) return this.file.idle()
    let kept: ReadonlySet<WaitingMessage> = new Set()
    const isWritten = await this.file.write(() => {
      const began_ms = this.options.clock.monotonic()
      const written = writeKept(this.content())
      this.took_ms = this.options.clock.monotonic() - began_ms
      kept = written.kept
      return written.text
    })
    this.kept = isWritten ? kept : new Set()
    // What could not be replaced may be there still.
    this.isEmpty = isWritten && kept.size === 0
  }
}
