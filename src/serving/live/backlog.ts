import { MOST_IN_FRAME, type News } from './frames'
import type { ToldIncident } from './told-incident'
import type { ToldReading } from './told-reading'

/** Devices and incidents that one client may wait for. */
const MOST_WAITING = 50_000

/** What a client that does not keep up is told later: the newest of each device, and of each incident. */
export class Backlog {
  private readonly readings = new Map<string, ToldReading>()
  private readonly incidents = new Map<string, ToldIncident>()
  /** How many something newer stands for. */
  private left_out = 0

  get isEmpty(): boolean {
    return this.readings.size === 0 && this.incidents.size === 0
  }

  get isFull(): boolean {
    return this.readings.size + this.incidents.size > MOST_WAITING
  }

  add(news: News): void {
    if ('readings' in news) for (const told of news.readings) this.put(this.readings, told.reading.device_id, told)
    else for (const told of news.incidents) this.put(this.incidents, told.incident.id, told)
  }

  /** What one frame can hold: incidents first, then what has waited longest. */
  take(): { readonly news: News; readonly left_out: number } | undefined {
    if (this.isEmpty) return undefined
    const { left_out } = this
    this.left_out = 0
    if (this.incidents.size > 0) return { news: { incidents: someOf(this.incidents) }, left_out }
    return { news: { readings: someOf(this.readings) }, left_out }
  }

  clear(): void {
    this.readings.clear()
    this.incidents.clear()
    this.left_out = 0
  }

  /** It keeps the place of the older one: a device that tells much does not come after all others. */
  private put<Told>(waiting: Map<string, Told>, id: string, told: Told): void {
    if (waiting.has(id)) this.left_out++
    waiting.set(id, told)
  }
}

function someOf<Told>(waiting: Map<string, Told>): Told[] {
  const some: Told[] = []
  for (const [id, told] of waiting) {
    if (some.length === MOST_IN_FRAME) break
    some.push(told)
    waiting.delete(id)
  }
  return some
}
