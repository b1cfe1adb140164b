import type { TimeRange } from '../database/history/record-source'
import { Turns } from '../database/history/turns'
import type { CostShare } from '../domain/tariffs/household-costs'
import { Amounts, type DemandWindows } from './amounts'
import type { EnergyPiece } from './energy-pieces'
import type { EnergyReport, EnergyRow } from './report'
import { cut } from './times'

export interface ReportRowsOptions {
  /** One after the other without a gap: the range, cut into rows. */
  readonly times: readonly TimeRange[]
  /** Empty: all. */
  readonly device_ids: readonly string[]
  readonly windows: DemandWindows
  readonly hasTariff: boolean
}

/** Sorts what was used, and what it costs, into rows. */
export class ReportRows {
  private readonly range: TimeRange
  private readonly rows: {
    readonly time: TimeRange
    readonly together: Amounts
    readonly devices: Map<string, Amounts>
  }[]
  private readonly total: Amounts
  private readonly devices = new Map<string, Amounts>()
  private readonly turns = new Turns()
  private readonly wanted: ReadonlySet<string>

  constructor(private readonly options: ReportRowsOptions) {
    const { times, device_ids } = options
    this.wanted = new Set(device_ids)
    this.range = { from: times[0]?.from ?? 0, to: times.at(-1)?.to ?? 0 }
    this.rows = times.map((time) => ({ time, together: this.amounts(time), devices: new Map<string, Amounts>() }))
    this.total = this.amounts(this.range)
  }

  /** @param isEstimated its price depends on when in its time the energy was used, and nobody knows */
  addPiece({ from, to, members }: EnergyPiece, isEstimated: boolean): void {
    for (const member of members) {
      const energy_known = member.energy_kwh !== undefined
      this.spread(member.device_id, { from, to }, (amounts, part, share) => {
        amounts.addUse(member, part, share)
        if (energy_known && (isEstimated || share < 1)) amounts.isEstimated = true
      })
    }
  }

  addCost(cost: CostShare): void {
    this.spread(cost.device_id, cost, (amounts, _part, share) => amounts.addCost(cost, share))
  }

  async report(): Promise<Pick<EnergyReport, 'rows' | 'devices' | 'total'>> {
    const rows: EnergyRow[] = []
    for (const { together, devices } of this.rows) {
      rows.push(this.told(together), ...this.devicesOf(devices))
      await this.turns.after(1 + devices.size)
    }
    return { rows, devices: this.devicesOf(this.devices), total: this.told(this.total) }
  }

  private devicesOf(devices: ReadonlyMap<string, Amounts>): EnergyRow[] {
    return [...devices].sort(byName).map(([device_id, amounts]) => this.told(amounts, device_id))
  }

  private told(amounts: Amounts, device_id?: string): EnergyRow {
    return amounts.row(device_id, this.options.hasTariff)
  }

  private spread(
    device_id: string,
    time: TimeRange,
    add: (amounts: Amounts, part: TimeRange, share: number) => void,
  ): void {
    if (this.wanted.size > 0 && !this.wanted.has(device_id)) return
    const length_ms = time.to - time.from
    const inRange = cut(time, this.range)
    if (inRange.from >= inRange.to) return
    for (const amounts of [this.total, this.amountsOf(this.devices, device_id, this.range)]) {
      add(amounts, inRange, (inRange.to - inRange.from) / length_ms)
    }
    for (let index = this.indexAt(inRange.from); index < this.rows.length; index += 1) {
      const row = this.rows[index]
      if (!row || row.time.from >= inRange.to) return
      const part = cut(inRange, row.time)
      for (const amounts of [row.together, this.amountsOf(row.devices, device_id, row.time)]) {
        add(amounts, part, (part.to - part.from) / length_ms)
      }
    }
  }

  private amountsOf(devices: Map<string, Amounts>, device_id: string, time: TimeRange): Amounts {
    let amounts = devices.get(device_id)
    if (!amounts) devices.set(device_id, (amounts = this.amounts(time)))
    return amounts
  }

  private amounts(time: TimeRange): Amounts {
    return new Amounts(time, this.options.windows)
  }

  /** Of the row in which a moment of the range lies. */
  private indexAt(moment: number): number {
    let [low, high] = [0, this.rows.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.rows[middle]?.time.from ?? 0) <= moment) low = middle
      else high = middle - 1
    }
    return low
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other)
}
