import type { Reading } from '../../domain/reading'
import { ADD_DEVICE, DESCRIBE_DEVICE, FIND_DEVICE, type Statements } from './sqlite-statements'

/** How a device describes itself, kept once for all its readings. */
export type Description = Pick<Reading, 'device_id' | 'parent_id' | 'alias' | 'model' | 'host'>

interface KnownDevice extends Description {
  /** Its number in the file. */
  readonly device: number
  /** Timestamp of the reading that brought the description: an older one does not change it. */
  readonly described_at: number
}

const KNOWN_DEVICES = 20_000

/** The devices of a file by their numbers, described as their newest readings do. */
export class Devices {
  private readonly known = new Map<string, KnownDevice>()

  constructor(private readonly statements: Statements) {}

  /** The number of a device, which is added or described anew where that is news. */
  numberOf(description: Description, timestamp: number): number {
    const known = this.known.get(description.device_id) ?? this.find(description) ?? this.add(description, timestamp)
    const isNews = timestamp >= known.described_at && !isSame(known, description)
    const current = isNews ? { ...own(description), device: known.device, described_at: timestamp } : known
    if (isNews) {
      const { parent_id = null, alias, model, host } = description
      this.statements.run(DESCRIBE_DEVICE, [parent_id, alias, model, host, timestamp, known.device])
    }
    if (this.known.size >= KNOWN_DEVICES) this.known.clear()
    this.known.set(description.device_id, current)
    return current.device
  }

  /** What was read or added in a transaction may be gone with it. */
  forget(): void {
    this.known.clear()
  }

  private find({ device_id }: Description): KnownDevice | undefined {
    const row = this.statements.first(FIND_DEVICE, [device_id])
    if (!row) return undefined
    const [device, , parent_id, alias, model, host, described_at] = row
    const description = { device_id, parent_id: parent_id ?? undefined, alias, model, host }
    return { ...own(description as Description), device: Number(device), described_at: Number(described_at) }
  }

  private add(description: Description, timestamp: number): KnownDevice {
    const { device_id, parent_id = null, alias, model, host } = description
    this.statements.run(ADD_DEVICE, [device_id, parent_id, alias, model, host, timestamp])
    return this.find(description) as KnownDevice
  }
}

/** Nothing but the description: a reading has more. */
function own({ device_id, parent_id, alias, model, host }: Description): Description {
  return { device_id, ...(parent_id !== undefined && { parent_id }), alias, model, host }
}

function isSame(a: Description, b: Description): boolean {
  return a.parent_id === b.parent_id && a.alias === b.alias && a.model === b.model && a.host === b.host
}
