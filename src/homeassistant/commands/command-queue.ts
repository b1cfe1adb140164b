/** How many may wait for one device, and for all of them. */
export const MOST_WAITING_FOR_DEVICE = 16
export const MOST_WAITING = 1000

export interface CommandQueueParts<Job> {
  /** Never rejects. */
  readonly perform: (job: Job) => Promise<void>
  /** Whether nothing of the older one is left once the newer one is done. */
  readonly replaces: (newer: Job, older: Job) => boolean
  readonly replaced: (job: Job) => void
}

/** One job at a time for each device, in order; of those that wait, what a newer one makes vain is taken out. */
export class CommandQueue<Job> {
  /** Those that wait for each device that is at work. */
  private readonly lines = new Map<string, Job[]>()
  private count = 0

  constructor(private readonly parts: CommandQueueParts<Job>) {}

  get running(): number {
    return this.lines.size
  }

  get waiting(): number {
    return this.count
  }

  /** Returns whether there was room. */
  add(device_id: string, job: Job): boolean {
    const line = this.lines.get(device_id)
    if (!line) {
      this.lines.set(device_id, [])
      this.run(device_id, job)
      return true
    }
    this.replaceIn(device_id, line, job)
    const waiting = this.lines.get(device_id) ?? []
    if (waiting.length >= MOST_WAITING_FOR_DEVICE || this.count >= MOST_WAITING) return false
    waiting.push(job)
    this.count++
    return true
  }

  /** Returns those that waited. */
  stop(): Job[] {
    const left = [...this.lines.values()].flat()
    this.lines.clear()
    this.count = 0
    return left
  }

  private replaceIn(device_id: string, line: readonly Job[], newer: Job): void {
    const vain = line.filter((older) => this.parts.replaces(newer, older))
    if (vain.length === 0) return
    this.lines.set(
      device_id,
      line.filter((older) => !vain.includes(older)),
    )
    this.count -= vain.length
    for (const older of vain) this.parts.replaced(older)
  }

  private run(device_id: string, job: Job): void {
    const next = () => this.next(device_id)
    this.parts.perform(job).then(next, next)
  }

  private next(device_id: string): void {
    const job = this.lines.get(device_id)?.shift()
    if (job === undefined) {
      this.lines.delete(device_id)
      return
    }
    this.count--
    this.run(device_id, job)
  }
}
