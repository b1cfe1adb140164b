import { MonitorError, toMonitorError } from '../../../domain/errors'
import type { Finding } from '../../integration'
import type { Dialect } from '../dialect'
import type { Sighting } from './sighting'

/** Findings after which a discovery listens to nobody else. */
export const MAXIMUM_FINDINGS = 256

/** More come from nobody who only answers, and each may cost a decryption. */
const MAXIMUM_ANSWERS = 16

/** How much an answer says: what the device is, why it cannot be spoken to, nothing that makes sense. */
const RANK = { told: 2, refused: 1, broken: 0 } as const
type Rank = (typeof RANK)[keyof typeof RANK]

export interface FindingsOptions {
  /** The one port of everything that is found, where there is one. */
  readonly port: number | undefined
  /** Calls `settle` when a better answer of the host is no longer to be expected. */
  readonly settleLater: (host: string) => void
  readonly onFinding: (finding: Finding) => void
  readonly onDialect: (host: string, dialect: Dialect) => void
}

interface Judged {
  readonly rank: Rank
  readonly finding: Finding
  readonly dialect: Dialect | undefined
}

interface Held extends Judged {
  /** That have come of the host. */
  readonly answers: number
}

/** One finding per host: its first good answer, at once; where none of its answers is good, the better one, later. */
export class Findings {
  private readonly told = new Set<string>()
  private readonly held = new Map<string, Held>()
  private readonly host_of_device = new Map<string, string>()

  constructor(private readonly options: FindingsOptions) {}

  /** Whether all is known of the host that can be known without speaking to it. */
  has(host: string): boolean {
    return this.told.has(host)
  }

  /** Takes in an answer, unless nobody wants to know it any more. */
  add(host: string, read: () => Sighting): void {
    if (this.told.has(host)) return
    const held = this.held.get(host)
    if (held ? held.answers >= MAXIMUM_ANSWERS : this.told.size + this.held.size >= MAXIMUM_FINDINGS) return
    const found = this.judge(host, read)
    const better = held && held.rank >= found.rank ? held : found
    this.held.set(host, { ...better, answers: (held?.answers ?? 0) + 1 })
    if (found.rank === RANK.told) this.settle(host)
    else if (!held) this.options.settleLater(host)
  }

  /** Tells what there is to tell of the host. */
  settle(host: string): void {
    const held = this.held.get(host)
    if (!held) return
    this.held.delete(host)
    this.told.add(host)
    if (held.dialect) this.options.onDialect(host, held.dialect)
    this.options.onFinding(held.finding)
  }

  settleAll(): void {
    for (const host of this.held.keys()) this.settle(host)
  }

  private judge(host: string, read: () => Sighting): Judged {
    const { port } = this.options
    try {
      const { device, dialect } = read()
      this.claim(device.device_id, host)
      const place = port === undefined ? {} : { port }
      const finding: Finding = { supported: true, device, ...place }
      return { rank: RANK.told, finding, dialect: dialect && { ...dialect, ...place } }
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      const finding: Finding = { supported: false, host, reason: message, code }
      return { rank: code === 'DEVICE_UNSUPPORTED' ? RANK.refused : RANK.broken, finding, dialect: undefined }
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
