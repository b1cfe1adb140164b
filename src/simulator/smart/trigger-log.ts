import type { Clock } from '../../domain/clock'
import type { Json } from '../answer'
import { INVALID_PARAMETERS, type SmartReply } from './answer'

const KEPT = 200
const PAGE_SIZE = 5

/** What happened at a sensor, newest first. Bounded. */
export class TriggerLog {
  private readonly entries: Json[] = []
  private added = 0

  constructor(private readonly clock: Clock) {}

  add(event: string, params?: Json): void {
    const id = ++this.added
    const eventId = `00000000-0000-0000-0000-${id.toString(16).padStart(12, '0')}`
    const timestamp = Math.floor(this.clock.now() / 1000)
    this.entries.unshift({ event, eventId, id, timestamp, ...(params ? { params } : {}) })
    if (this.entries.length > KEPT) this.entries.pop()
  }

  /** From the entry `start_id` back into the past; 0: from the newest. */
  read({ page_size = PAGE_SIZE, start_id = 0 }: Json): SmartReply {
    if (!Number.isInteger(page_size) || !Number.isInteger(start_id)) return INVALID_PARAMETERS
    const from = start_id === 0 ? 0 : this.entries.findIndex((entry) => entry.id === start_id)
    const logs = from < 0 ? [] : this.entries.slice(from, from + (page_size as number))
    return { logs, start_id: logs[0]?.id ?? 0, sum: this.entries.length }
  }
}
