import type { Clock } from '../../../../domain/clock'
import { MonitorError } from '../../../../domain/errors'
import { MEASURED_FIELDS } from '../../../../domain/reading'
import type { RecordedEnergy } from '../../../../domain/recorded-energy'
import { listOf, numberOf, objectOf, type JsonObject } from '../../json'
import { thousandth } from '../../readings'
import type { IotDevice } from './iot-device'
import { Query } from './iot-query'
import type { IotReader } from './iot-reader'
import { answerOf } from './iot-reply'
import { DAY_MS } from './iot-statistics'
import type { Meter } from './meter'
import { aliasOf } from './sysinfo'

/** Devices keep about as much; each month is a request of its own. */
const MOST_MONTHS = 12
/** Time zones differ by whole quarters of an hour, clocks by less. */
const ZONE_STEP_MS = 900_000
/** A clock that is further off shows a year of its own, as those do that have not been set since the power came back. */
const FARTHEST_ZONE_MS = 14 * 3_600_000

type Description = Pick<RecordedEnergy, 'device_id' | 'parent_id' | 'alias' | 'model' | 'host'>

/** What the meters of one host have recorded of the days that are over. */
export class RecordedDays {
  constructor(
    private readonly host: string,
    private readonly device: IotDevice,
    private readonly reader: Pick<IotReader, 'readIdentity' | 'withLocalTime' | 'ask' | 'unknown'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Days that began in `[from, to)`, oldest first; none of a device without a meter, or without the time. A day in which the clocks changed may
   * lie an hour off: devices tell their present offset alone.
   * @throws MonitorError `DEVICE_UNKNOWN`, or what the first request failed with
   */
  async read(device_id: string | undefined, from: number, to: number): Promise<RecordedEnergy[]> {
    const { description, meter } = await this.find(device_id)
    if (!meter) return []
    const offset_ms = await this.zoneOffset()
    if (Math.abs(offset_ms) > FARTHEST_ZONE_MS) return []
    const now = this.clock.now()
    const records: RecordedEnergy[] = []
    for (const [year, month] of monthsIn(from + offset_ms, Math.min(to, now) + offset_ms)) {
      const query = new Query([[meter.module, 'get_daystat', { year, month }]], meter.child_id)
      const days = await this.ask(query, (reply) => daysIn(reply, meter, year, month))
      for (const { day, used_kwh } of days) {
        const timestamp = Date.UTC(year, month - 1, day) - offset_ms
        const isAskedFor = timestamp >= from && timestamp < to && timestamp + DAY_MS <= now
        if (isAskedFor) records.push({ ...description, timestamp, duration_ms: DAY_MS, used_kwh })
      }
    }
    return records.sort((one, other) => one.timestamp - other.timestamp)
  }

  private async find(wanted: string | undefined): Promise<{ description: Description; meter: Meter | undefined }> {
    const { device, host } = this
    const sysinfo = await new Promise<JsonObject>((resolve, reject) => {
      this.reader.readIdentity(false, (error, outcome) => (outcome ? resolve(outcome.sysinfo) : reject(gone(error))))
    })
    const { device_id = '', model = '', meter } = device
    if (wanted === undefined || wanted === device_id) {
      return { description: { device_id, alias: aliasOf(sysinfo), model, host }, meter }
    }
    const outlet = device.outlet(wanted)
    if (!outlet) throw this.reader.unknown(wanted)
    const { alias } = outlet.state
    return { description: { device_id: wanted, parent_id: device_id, alias, model, host }, meter: outlet.meter }
  }

  /** From UTC to what the device's own clock shows. */
  private zoneOffset(): Promise<number> {
    return new Promise((resolve) => {
      this.reader.withLocalTime((time) => {
        resolve(Math.round((time - this.clock.now()) / ZONE_STEP_MS) * ZONE_STEP_MS)
      })
    })
  }

  private ask<Value>(query: Query, interpret: (reply: JsonObject) => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.reader.ask(query, false, interpret, (error, value) => (value ? resolve(value) : reject(gone(error))))
    })
  }
}

function gone(error: MonitorError | undefined): MonitorError {
  return error ?? new MonitorError('REPLY_INVALID', 'the device says nothing')
}

/** Between two moments of the device's calendar. */
function monthsIn(from: number, to: number): [year: number, month: number][] {
  const months: [number, number][] = []
  const last = new Date(to)
  let [year, month] = [last.getUTCFullYear(), last.getUTCMonth() + 1]
  while (Date.UTC(year, month, 1) > from && months.length < MOST_MONTHS) {
    months.push([year, month])
    month--
    if (month === 0) [year, month] = [year - 1, 12]
  }
  return months
}

function daysIn(
  reply: JsonObject,
  { module }: Meter,
  year: number,
  month: number,
): { day: number; used_kwh: number }[] {
  const answer = answerOf(reply, module, 'get_daystat')
  if (answer.kind !== 'given') return []
  const days = new Map<number, number>()
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  for (const item of listOf(answer.value.day_list)) {
    const entry = objectOf(item)
    const day = numberOf(entry?.day)
    const used_kwh = thousandth(entry?.energy_wh) ?? numberOf(entry?.energy)
    if (entry?.year !== year || entry.month !== month || day === undefined || used_kwh === undefined) continue
    const isDay = Number.isInteger(day) && day >= 1 && day <= last
    if (isDay && used_kwh >= 0 && used_kwh <= MEASURED_FIELDS.energy_today_kwh.maximum) days.set(day, used_kwh)
  }
  return [...days].map(([day, used_kwh]) => ({ day, used_kwh }))
}
