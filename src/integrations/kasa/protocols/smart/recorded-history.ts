import type { Clock } from '../../../../domain/clock'
import { MEASURED_FIELDS } from '../../../../domain/reading'
import type { RecordedEnergy } from '../../../../domain/recorded-energy'
import { promised } from '../../commands/promised'
import { listOf, numberOf, type JsonObject } from '../../json'
import { thousandth } from '../../readings'
import { aliasOf, modelOf, type DeviceInfo } from './device-info'
import { DAY_MS, LocalCalendar } from './local-calendar'
import type { SmartDevice, SmartOutcome } from './smart-device'
import type { SmartMeter } from './smart-meter'
import { Query, type Method, type Parameters } from './smart-query'
import type { SmartReader } from './smart-reader'
import { givenIn } from './smart-reply'

const HOUR_MS = 3_600_000
/** A request takes eight days of hours at most (the Rust crate `tapo`): today, and the week that the oldest firmware keeps. */
const DAYS_OF_HOURS = 7
/** Of days; each is a request of its own. */
const MOST_QUARTERS = 4
const MOST_KW = MEASURED_FIELDS.power_w.maximum / 1000
/** As requests name them, in minutes. */
const INTERVAL = { hour: 60, day: 1440 } as const

interface Recorder {
  readonly description: Pick<RecordedEnergy, 'device_id' | 'parent_id' | 'alias' | 'model' | 'host'>
  readonly meter: SmartMeter | undefined
  readonly child_id: string | undefined
}

/** What the meters of one host have recorded: hours of the last week, and days before. */
export class RecordedHistory {
  constructor(
    private readonly host: string,
    private readonly device: SmartDevice,
    private readonly reader: Pick<SmartReader, 'readState' | 'ask' | 'unknown'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Hours and days that began in `[from, to)` and are over, oldest first; none of a device without records, or without the
   * time. The hours of a day in which clocks change are left out: devices tell 24 of them.
   * @throws MonitorError `DEVICE_UNKNOWN`, or what a request failed with
   */
  async read(device_id: string | undefined, from: number, to: number): Promise<RecordedEnergy[]> {
    const recorder = await this.find(device_id)
    if (!recorder.meter?.records) return []
    const time = await this.ask('get_device_time', undefined, undefined)
    const now = this.clock.now()
    const calendar = time && LocalCalendar.of(time, now)
    if (!calendar) return []
    const until = Math.min(to, now)
    const hours_from = calendar.startOfDay(now, -DAYS_OF_HOURS)
    return [
      ...(await this.readDays(recorder, calendar, from, Math.min(until, hours_from))),
      ...(await this.readHours(recorder, calendar, Math.max(from, hours_from), until, now)),
    ]
  }

  private async find(wanted: string | undefined): Promise<Recorder> {
    const { device, host } = this
    const { info } = await promised<SmartOutcome>((done) => this.reader.readState(false, done))
    const { device_id = '', profile } = device
    if (wanted === undefined || wanted === device_id) {
      return { description: { device_id, ...namesIn(info), host }, meter: profile?.meter, child_id: undefined }
    }
    const child = device.child(wanted)
    if (!child) throw this.reader.unknown(wanted)
    const description = { device_id: wanted, parent_id: device_id, ...namesIn(child.info), host }
    return { description, meter: child.meter, child_id: wanted }
  }

  private async readDays(
    recorder: Recorder,
    calendar: LocalCalendar,
    from: number,
    until: number,
  ): Promise<RecordedEnergy[]> {
    const records: RecordedEnergy[] = []
    for (let back = 1 - MOST_QUARTERS; back <= 0 && from < until; back++) {
      const start = calendar.startOfQuarter(until - 1, back)
      const end = calendar.startOfQuarter(start + DAY_MS, 1)
      if (end <= from) continue
      const used = await this.readUsed(recorder, start, end, 'day')
      for (const [index, used_kwh] of used.entries()) {
        const timestamp = calendar.startOfDay(start, index)
        const duration_ms = calendar.startOfDay(start, index + 1) - timestamp
        if (timestamp < from || timestamp >= until) continue
        addRecord(records, { ...recorder.description, timestamp, duration_ms, used_kwh })
      }
    }
    return records
  }

  private async readHours(
    recorder: Recorder,
    calendar: LocalCalendar,
    from: number,
    until: number,
    now: number,
  ): Promise<RecordedEnergy[]> {
    const records: RecordedEnergy[] = []
    for (const [start, end] of plainDaysIn(calendar, from, until)) {
      const used = await this.readUsed(recorder, start, end, 'hour')
      for (const [index, used_kwh] of used.entries()) {
        const timestamp = start + index * HOUR_MS
        if (timestamp < from || timestamp >= Math.min(until, end) || timestamp + HOUR_MS > now) continue
        addRecord(records, { ...recorder.description, timestamp, duration_ms: HOUR_MS, used_kwh })
      }
    }
    return records
  }

  /** In kWh, one after another from `start`; nothing where the device has not understood what was asked. */
  private async readUsed(
    { child_id }: Recorder,
    start: number,
    end: number,
    unit: keyof typeof INTERVAL,
  ): Promise<readonly (number | undefined)[]> {
    const [start_timestamp, interval] = [start / 1000, INTERVAL[unit]]
    const params = { start_timestamp, end_timestamp: end / 1000 - 1, interval }
    const answer = await this.ask('get_energy_data', params, child_id)
    if (!answer || (numberOf(answer.start_timestamp) ?? start_timestamp) !== start_timestamp) return []
    const most = Math.ceil((end - start) / (interval * 60_000))
    return listOf(answer.data).slice(0, most).map(thousandth)
  }

  private ask(method: Method, params: Parameters | undefined, child_id: string | undefined) {
    const query = new Query([params ? { method, params } : { method }], child_id)
    return promised<{ readonly given: JsonObject | undefined }>((done) => {
      this.reader.ask(query, false, (answers) => ({ given: givenIn(answers, method) }), done)
    }).then(({ given }) => given)
  }
}

function namesIn(info: DeviceInfo) {
  return { alias: aliasOf(info), model: modelOf(info) }
}

/** Runs of whole days of 24 hours that touch the range; a longest run is the days that one request takes. */
function plainDaysIn(calendar: LocalCalendar, from: number, until: number): [start: number, end: number][] {
  const runs: [number, number][] = []
  if (from >= until) return runs
  for (let start = calendar.startOfDay(from), day = 0; start < until && day <= DAYS_OF_HOURS; day++) {
    const end = calendar.startOfDay(start, 1)
    const last = runs.at(-1)
    if (end - start === DAY_MS) {
      if (last?.[1] === start) last[1] = end
      else runs.push([start, end])
    }
    start = end
  }
  return runs
}

function addRecord(
  records: RecordedEnergy[],
  { used_kwh, ...rest }: Omit<RecordedEnergy, 'used_kwh'> & { used_kwh: number | undefined },
): void {
  const most_kwh = (rest.duration_ms / HOUR_MS) * MOST_KW
  if (used_kwh !== undefined && used_kwh >= 0 && used_kwh <= most_kwh) records.push({ ...rest, used_kwh })
}
