import { invalid } from '../errors'
import { TimeZone } from '../time-zone'
import type { DemandCharge, PriceRow, Tariff, TariffVersion } from './tariff'
import { appliesAt, DAY_MINUTES, DayKinds, type TariffDay } from './times'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Of a month in which several devices were silent, so that each day is looked up once. */
const MOST_DAYS = 40

/** A time in which neither price nor demand charges change, but for how much was used before. Within one local day. */
export interface PriceStretch {
  readonly from: number
  readonly to: number
  readonly version: TariffVersion
  /** Those that apply one after the other, the more is used; the last has no end. */
  readonly rows: readonly PriceRow[]
  readonly demand_charges: readonly DemandCharge[]
  readonly day: LocalDay
  readonly period: BillingPeriod
}

/** A local day; it may have 23 or 25 hours. */
export interface LocalDay {
  readonly from: number
  readonly to: number
}

export interface BillingPeriod {
  readonly from: number
  readonly to: number
  readonly days: number
}

/** A tariff on the calendar. Moments are ms since the epoch, UTC. The days that were asked about last are kept. */
export class Pricing {
  private readonly zone: TimeZone
  private readonly kinds: DayKinds
  private readonly valid_from: readonly number[]
  /** The last that was asked about comes first. */
  private readonly days: (readonly PriceStretch[])[] = []
  private latest: PriceStretch | undefined
  private latest_period: BillingPeriod | undefined

  constructor(readonly tariff: Tariff) {
    this.zone = new TimeZone(tariff.time_zone)
    this.kinds = new DayKinds(tariff.special_days)
    this.valid_from = tariff.versions.map(({ valid_from }) =>
      valid_from === undefined ? Number.NEGATIVE_INFINITY : this.zone.firstMoment(Date.parse(`${valid_from}T00:00Z`)),
    )
  }

  /** When the first version begins; -Infinity where it always was. */
  get begins(): number {
    return this.valid_from[0] as number
  }

  /**
   * @param used_kwh by the household in the billing period before
   * @throws MonitorError `INPUT_INVALID` before the tariff begins
   */
  priceAt(moment: number, used_kwh = 0): PriceRow {
    const { rows, period } = this.stretchAt(moment)
    return rowFor(rows, period, used_kwh)
  }

  /** @throws MonitorError `INPUT_INVALID` before the tariff begins */
  stretchAt(moment: number): PriceStretch {
    if (this.latest !== undefined && contains(this.latest, moment)) return this.latest
    let stretches = this.days.find(([first]) => first !== undefined && contains(first.day, moment))
    if (stretches === undefined) {
      stretches = this.stretchesOfDay(this.dayNumberAt(moment), moment)
      if (this.days.unshift(stretches) > MOST_DAYS) this.days.pop()
    }
    return (this.latest = stretches.find((stretch) => contains(stretch, moment)) as PriceStretch)
  }

  billingPeriodAt(moment: number): BillingPeriod {
    if (this.latest_period !== undefined && contains(this.latest_period, moment)) return this.latest_period
    const local = new Date(this.dayNumberAt(moment) * DAY_MS)
    const { billing_day } = this.tariff
    const month = local.getUTCMonth() - (local.getUTCDate() < billing_day ? 1 : 0)
    const first_ms = Date.UTC(local.getUTCFullYear(), month, billing_day)
    const end_ms = Date.UTC(local.getUTCFullYear(), month + 1, billing_day)
    return (this.latest_period = {
      from: this.zone.firstMoment(first_ms),
      to: this.zone.firstMoment(end_ms),
      days: (end_ms - first_ms) / DAY_MS,
    })
  }

  /** By the date that clocks show; where they show midnight twice, the day has begun the first time. */
  private dayNumberAt(moment: number): number {
    const number = Math.floor((moment + this.zone.evenTime(moment).offset_ms) / DAY_MS)
    return this.dayStart(number + 1) <= moment ? number + 1 : number
  }

  private dayStart(number: number): number {
    return this.zone.firstMoment(number * DAY_MS)
  }

  private stretchesOfDay(number: number, moment: number): PriceStretch[] {
    const day: LocalDay = { from: this.dayStart(number), to: this.dayStart(number + 1) }
    const version = this.versionAt(moment)
    const period = this.billingPeriodAt(moment)
    const edges = edgesOf(version)
    const stretches: PriceStretch[] = []
    for (let from = day.from; from < day.to; from = (stretches.at(-1) as PriceStretch).to) {
      const { offset_ms, end_ms } = this.zone.evenTime(from)
      // Where clocks are set back over midnight they show the day before once more, and its prices hold.
      const shown = Math.floor((from + offset_ms) / DAY_MS)
      const minute = Math.floor((from + offset_ms - shown * DAY_MS) / MINUTE_MS)
      const next = edges.find((edge) => edge > minute) as number
      const to = Math.min(day.to, end_ms, shown * DAY_MS + next * MINUTE_MS - offset_ms)
      const applying = inForce(version, this.kinds.day(shown), this.kinds.day(shown - 1), minute)
      stretches.push({ from, to, version, ...applying, day, period })
    }
    return stretches
  }

  private versionAt(moment: number): TariffVersion {
    const index = this.valid_from.findLastIndex((from) => from <= moment)
    const version = this.tariff.versions[index]
    if (version) return version
    throw invalid(
      'INPUT_INVALID',
      'from',
      new Date(moment).toISOString(),
      `a moment when the tariff "${this.tariff.name}" holds`,
    )
  }
}

/** The row that tells the price of the next bit of energy. */
export function rowFor(rows: readonly PriceRow[], period: BillingPeriod, used_kwh: number): PriceRow {
  return rows.find((row) => used_kwh < endOfBlock(row, period)) as PriceRow
}

/** How much may have been used in the billing period until a row applies no more. */
export function endOfBlock({ up_to_kwh, up_to_per }: PriceRow, { days }: Pick<BillingPeriod, 'days'>): number {
  return up_to_kwh === undefined ? Number.POSITIVE_INFINITY : up_to_kwh * (up_to_per === 'day' ? days : 1)
}

/** What applies at a minute of a day. Rows behind one without an end never apply. */
export function inForce(
  { rows, demand_charges }: TariffVersion,
  today: TariffDay,
  yesterday: TariffDay,
  minute: number,
): Pick<PriceStretch, 'rows' | 'demand_charges'> {
  const applying = rows.filter((row) => appliesAt(row, today, yesterday, minute))
  const last = applying.findIndex(({ up_to_kwh }) => up_to_kwh === undefined)
  return {
    rows: last < 0 ? applying : applying.slice(0, last + 1),
    demand_charges: demand_charges.filter((charge) => appliesAt(charge, today, yesterday, minute)),
  }
}

/** Minutes of the day at which anything may change, in order. */
export function edgesOf({ rows, demand_charges }: TariffVersion): number[] {
  const edges = [...rows, ...demand_charges].flatMap(({ from_minute, to_minute }) => [from_minute, to_minute])
  return [...new Set([0, ...edges, DAY_MINUTES])].sort((one, other) => one - other)
}

function contains({ from, to }: LocalDay, moment: number): boolean {
  return moment >= from && moment < to
}
