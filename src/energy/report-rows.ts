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
  /** Of outlets whose strip measures them once more: their strips. */
  readonly parents: ReadonlyMap<string, string>
  readonly windows: DemandWindows
  readonly hasTariff: boolean
}

interface Row {
  readonly time: TimeRange
  readonly together: Amounts
  readonly devices: Map<string, Amounts>
}

/** Those of a row, or of the whole range. */
type AmountsOf = (row: Row | undefined) => Amounts
/** @param share of the time that the part is */
type Add = (amounts: Amounts, part: TimeRange, share: number) => void

/** Sorts what was used, and what it costs, into rows. */
export class ReportRows {
  private readonly range: TimeRange
  private readonly rows: Row[]
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
  async addPiece({ from, to, members }: EnergyPiece, isEstimated: boolean): Promise<void> {
    const time = { from, to }
    for (const member of members) {
      const { device_id } = member
      const energy_known = member.energy_kwh !== undefined
      this.spread(device_id, time, (amounts, _part, share) => {
        amounts.addUse(member, share)
        if (energy_known && (isEstimated || share < 1)) amounts.isEstimated = true
      })
      this.spreadOver(time, this.ofDevice(device_id), (amounts, part, share) =>
        amounts.addDemand([member], part, share),
      )
      if (this.turns.isOver) await this.turns.next()
    }
    const all = members.filter(({ device_id }) => this.isTogether(device_id))
    this.spreadOver(time, this.ofAll, (amounts, part, share) => amounts.addDemand(all, part, share))
  }

  /** A strip costs what its outlets do. */
  addCost(cost: CostShare): void {
    const add: Add = (amounts, _part, share) => amounts.addCost(cost, share)
    this.spread(cost.device_id, cost, add)
    const parent_id = this.options.parents.get(cost.device_id)
    if (parent_id !== undefined && this.wanted.has(parent_id)) this.spread(parent_id, cost, add)
  }

  async report(): Promise<Pick<EnergyReport, 'rows' | 'devices' | 'total'>> {
    const rows: EnergyRow[] = []
    for (const { together, devices } of this.rows) {
      rows.push(this.told(together), ...this.devicesOf(devices))
      if (this.turns.isOver) await this.turns.next()
    }
    return { rows, devices: this.devicesOf(this.devices), total: this.told(this.total) }
  }

  private devicesOf(devices: ReadonlyMap<string, Amounts>): EnergyRow[] {
    return [...devices].sort(byName).map(([device_id, amounts]) => this.told(amounts, device_id))
  }

  private told(amounts: Amounts, device_id?: string): EnergyRow {
    return amounts.row(device_id, this.options.hasTariff)
  }

  private spread(device_id: string, time: TimeRange, add: Add): void {
    if (this.isTogether(device_id)) this.spreadOver(time, this.ofAll, add)
    this.spreadOver(time, this.ofDevice(device_id), add)
  }

  private spreadOver(time: TimeRange, amountsOf: AmountsOf | undefined, add: Add): void {
    const inRange = cut(time, this.range)
    if (amountsOf === undefined || inRange.from >= inRange.to) return
    const length_ms = time.to - time.from
    add(amountsOf(undefined), inRange, (inRange.to - inRange.from) / length_ms)
    for (let index = this.indexAt(inRange.from); index < this.rows.length; index += 1) {
      const row = this.rows[index]
      if (!row || row.time.from >= inRange.to) return
      const part = cut(inRange, row.time)
      add(amountsOf(row), part, (part.to - part.from) / length_ms)
    }
  }

  private readonly ofAll: AmountsOf = (row) => row?.together ?? this.total

  /** None where nobody asks for it. */
  private ofDevice(device_id: string): AmountsOf | undefined {
    if (this.wanted.size > 0 && !this.wanted.has(device_id)) return undefined
    return (row) => this.amountsOf(row?.devices ?? this.devices, device_id, row?.time ?? this.range)
  }

  /** What a strip that is asked for tells as well counts once. */
  private isTogether(device_id: string): boolean {
    if (this.wanted.size === 0) return true
    return this.wanted.has(device_id) && !this.wanted.has(this.options.parents.get(device_id) ?? '')
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
