import type { Clock, Timer } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { StateFile } from '../files/state-file'
import { readSavedAlerts, type SavedAlerts } from './saved-alerts'

const FORMAT = 'kasa-monitor-alerts'
const VERSION = 1
/** What happens at once is written at once. */
const CHANGED_WITHIN_MS = 100
/** Beside which flows have to run: there may be thousands of incidents to be written. */
const SHARE_OF_TIME = 1 / 20
/** A power cut costs so much of what conditions have gathered. */
const DRIFTED_WITHIN_MS = 30_000

export interface AlertStoreOptions {
  /** Absent: in memory alone. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
  /** What there is to keep, at this moment. */
  readonly content: () => SavedAlerts
}

/** What was kept, and when. */
export interface KeptAlerts {
  readonly saved: SavedAlerts
  /** ms since the epoch, UTC. */
  readonly saved_at: number
}

/** Keeps what has to survive a restart in one file. */
export class AlertStore {
  private readonly file: StateFile
  private timer: Timer | undefined
  /** By the monotonic clock; Infinity: nothing is to be written. */
  private due_ms = Infinity
  private isRunning = false
  /** How long it has taken last to gather what there is. */
  private took_ms = 0
  /** What was written last, so that what is still the same wears no disk. */
  private written = ''

  constructor(private readonly options: AlertStoreOptions) {
    const { file, report } = options
    this.file = new StateFile({ file, content: 'alerts', report })
  }

  /** Reads the file. A damaged or foreign one is set aside and reported, never overwritten. */
  async start(): Promise<KeptAlerts | undefined> {
    const kept = await this.file.read(parse)
    this.isRunning = true
    return kept
  }

  /** Writes all there is. May be called twice. */
  async stop(): Promise<void> {
    if (this.isRunning) {
      this.isRunning = false
      this.cancel()
      this.written = ''
      await this.write()
    }
    await this.file.idle()
  }

  /** Something has happened that must not be lost. */
  changed(): void {
    this.writeWithin(Math.max(CHANGED_WITHIN_MS, this.took_ms / SHARE_OF_TIME))
  }

  /** A sample has come, of which conditions may have kept something. */
  drifted(): void {
    if (this.due_ms === Infinity) this.writeWithin(DRIFTED_WITHIN_MS)
  }

  private writeWithin(delay_ms: number): void {
    if (!this.isRunning || !this.file.isKept) return
    const { clock } = this.options
    const due_ms = clock.monotonic() + delay_ms
    if (due_ms >= this.due_ms) return
    this.cancel()
    this.due_ms = due_ms
    this.timer = clock.setTimeout(() => {
      this.cancel()
      void this.write()
    }, delay_ms)
  }

  private cancel(): void {
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.due_ms = Infinity
  }

  private async write(): Promise<void> {
    const { clock } = this.options
    const began_ms = clock.monotonic()
    const saved_at = clock.now()
    const content = JSON.stringify(this.options.content())
    this.took_ms = clock.monotonic() - began_ms
    if (content === this.written) return
    this.written = content
    const frame = JSON.stringify({ format: FORMAT, version: VERSION, saved_at })
    if (await this.file.write(() => `${frame.slice(0, -1)},"saved":${content}}`)) return
    this.written = ''
    this.writeWithin(DRIFTED_WITHIN_MS)
  }
}

function parse(text: string): KeptAlerts {
  const { format, version, saved_at, saved } = (JSON.parse(text) ?? {}) as Record<string, unknown>
  if (format !== FORMAT || version !== VERSION || typeof saved_at !== 'number') {
    throw new MonitorError('DATABASE_INVALID', 'not a file of alerts')
  }
  return { saved: readSavedAlerts(saved), saved_at }
}
