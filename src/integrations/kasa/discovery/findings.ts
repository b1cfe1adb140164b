import { MonitorError, toMonitorError } from '../../../domain/errors'
import type { Finding } from '../../integration'
import type { Dialect } from '../dialect'
import type { Sighting } from './sighting'

/** Findings after which a discovery listens to nobody else. */
export const MAXIMUM_FINDINGS = 256

/** How much a finding says: a description in full, an announcement without name and id, a reason, a broken answer. */
export const RANK = { described: 3, announced: 2, refused: 1, broken: 0 } as const
type Rank = (typeof RANK)[keyof typeof RANK]

export interface FindingsOptions {
  /** The one port of everything that is found, where there is one. */
  readonly port: number | undefined
  /** Calls `settle` once the moment is over in which a better answer of the host may come. */
  readonly settleLater: (host: string) => void
  readonly onFinding: (finding: Finding) => void
  readonly onDialect: (host: string, dialect: Dialect) => void
}

interface Held {
  readonly rank: Rank
  readonly finding: Finding
  readonly dialect: Dialect | undefined
}

/** Makes one finding per host of whatever its answers are: a full description at once, others after a moment. */
export class Findings {
  private readonly told = new Set<string>()
  private readonly held = new Map<string, Held>()
  private readonly host_of_device = new Map<string, string>()

  constructor(private readonly options: FindingsOptions) {}

  /** Whether an answer of this rank would say anything new. */
  wants(host: string, rank: Rank): boolean {
    const held = this.held.get(host)
    if (held) return rank > held.rank
    return !this.told.has(host) && this.told.size + this.held.size < MAXIMUM_FINDINGS
  }

  /** @param rank of the answer, if `read` can make sense of it */
  add(host: string, rank: Rank, read: () => Sighting): void {
    if (!this.wants(host, rank)) return
    const isNew = !this.held.has(host)
    const held = this.judge(host, rank, read)
    if (!this.wants(host, held.rank)) return
    this.held.set(host, held)
    if (held.rank === RANK.described) this.settle(host)
    else if (isNew) this.options.settleLater(host)
  }

  /** Nothing better has come of the host. */
  settle(host: string): void {
    const held = this.held.get(host)
    if (!held) return
    this.held.delete(host)
    this.told.add(host)
    if (held.dialect) this.options.onDialect(host, held.dialect)
    this.options.onFinding(held.finding)
  }

  settleAll(): void {
    for (const host of [...this.held.keys()]) this.settle(host)
  }

  private judge(host: string, rank: Rank, read: () => Sighting): Held {
    const { port } = this.options
    try {
      const { device, dialect } = read()
      this.claim(device.device_id, host)
      const place = port === undefined ? {} : { port }
      return { rank, dialect: dialect && { ...dialect, ...place }, finding: { supported: true, device, ...place } }
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      const finding: Finding = { supported: false, host, reason: message, code }
      return { rank: code === 'DEVICE_UNSUPPORTED' ? RANK.refused : RANK.broken, dialect: undefined, finding }
    }
  }

  private claim(device_id: string | undefined, host: string): void {
    if (device_id === undefined) return
    const other = this.host_of_device.get(device_id)
    if (other !== undefined) {
      throw new MonitorError('IDENTITY_MISMATCH', `it says that it is ${device_id}, as ${other} does`)
    }
    this.host_of_device.set(device_id, host)
  }
}
