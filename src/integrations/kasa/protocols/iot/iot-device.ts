import type { DeviceKind } from '../../../../domain/device'
import type { DeviceDetails } from '../../../../domain/device-details'
import { MonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import { flagOf, type JsonObject } from '../../json'
import { addNews, KnownDetails } from '../../known-details'
import { Meter } from './meter'
import { addEnergy, addStatistics, anyOn, judge, type Moment } from '../../readings'
import { stripEnergy } from '../../strip-energy'
import { learnDetails } from './iot-details'
import { deviceReading, energyOf, outletReading } from './normalise'
import { SlowQuestion } from './slow-question'
import {
  deviceIdOf,
  firmwareOf,
  hasMotionSensor,
  isLight,
  kindOf,
  mayHaveMeter,
  modelOf,
  outletsOf,
  sysinfoOf,
  type OutletState,
  type Sysinfo,
} from './sysinfo'
import { meteredQuery, SYSINFO_QUERY, type MeterModule, type Query, type TimeModule } from './iot-query'
import { answerOf } from './iot-reply'

export interface Outlet {
  state: OutletState
  meter: Meter | undefined
  readonly details: KnownDetails
}

/** What the first answer of a device taught; thrown away when another device or firmware answers. */
interface Profile {
  readonly device_id: string
  readonly model: string
  readonly kind: DeviceKind
  readonly firmware: string | undefined
  meter: Meter | undefined
  /** Whether state and meter are asked for one after the other. */
  isApart: boolean
  readonly cloud: SlowQuestion
  readonly motion: SlowQuestion | undefined
  readonly details: KnownDetails
  readonly outlets: Map<string, Outlet>
}

export interface DeviceOutcome {
  readonly sysinfo: Sysinfo
  /** The device first; outlets without meters after it. */
  readonly readings: Reading[]
  /** Outlets with meters whose switch has moved. */
  readonly changed_outlets: readonly string[]
}

const NO_OUTLETS: readonly string[] = []
/** Most devices have none, and an empty map of their own would be a tenth of what each costs. */
const WITHOUT_OUTLETS = new Map<string, Outlet>()

/** One device as the protocol shows it: what to ask next, and what an answer means. No I/O. */
export class IotDevice {
  private profile: Profile | undefined
  private isOtherwise = false
  /** The device's clock minus our monotonic one, and when to ask for it again. */
  local_offset_ms: number | undefined
  local_offset_due_at = -Infinity

  constructor(
    private readonly host: string,
    private readonly expected_id: string | undefined,
  ) {}

  get device_id(): string | undefined {
    return this.profile?.device_id
  }

  get kind(): DeviceKind | undefined {
    return this.profile?.kind
  }

  get model(): string | undefined {
    return this.profile?.model
  }

  get meter(): Meter | undefined {
    return this.profile?.meter
  }

  get timeModule(): TimeModule {
    return this.profile && isLight(this.profile.kind) ? 'smartlife.iot.common.timesetting' : 'time'
  }

  /** What to ask the device about itself: before the first answer nothing but what it is. */
  get query(): Query {
    const meter = this.profile?.meter
    return meter && !this.profile?.isApart ? meteredQuery(meter.module) : SYSINFO_QUERY
  }

  /** What to ask after `query`, of a device that cannot answer both at once. */
  get meterQuery(): Query | undefined {
    return this.profile?.isApart ? this.profile.meter?.query : undefined
  }

  /** After a query that was too large: whether less can be asked at a time, which is remembered. */
  askApart(): boolean {
    if (!this.profile?.meter || this.profile.isApart) return false
    this.profile.isApart = true
    return true
  }

  outlet(device_id: string): Outlet | undefined {
    return this.profile?.outlets.get(device_id)
  }

  /**
   * Takes in an answer to `query`.
   * @throws MonitorError `REPLY_INVALID`, `IDENTITY_MISMATCH`, `DEVICE_UNSUPPORTED`
   */
  read(reply: JsonObject, moment: Moment): DeviceOutcome {
    const sysinfo = sysinfoOf(reply)
    const profile = this.recognise(sysinfo)
    const reading = deviceReading(sysinfo, profile.device_id, profile.kind, moment)
    if (learnDetails(profile.details, sysinfo, reading.on, moment)) this.isOtherwise = true
    if (profile.kind === 'strip') return this.readStrip(profile, sysinfo, reading, moment)
    if (!profile.isApart) this.readMeter(reply, reading, moment)
    return { sysinfo, readings: [judge(reading)], changed_outlets: NO_OUTLETS }
  }

  /** What is worth a question of its own, if anything. */
  slowQuestionAt(now: number): SlowQuestion | undefined {
    const { cloud, motion } = this.profile ?? {}
    return cloud?.isDue(now) ? cloud : motion?.isDue(now) ? motion : undefined
  }

  /** Takes in an answer to `question`. That of the cloud also holds the name of the account, which goes nowhere. */
  readSlow(question: SlowQuestion, reply: JsonObject, now: number): void {
    const answer = question.answerIn(reply, now)
    if (question === this.profile?.motion) this.learnMotionSensor(answer)
    else this.profile?.details.set('cloud_connected', flagOf(answer?.cld_connection))
  }

  learnMotionSensor(config: JsonObject | undefined): void {
    this.profile?.details.set('motion_sensor', flagOf(config?.enable))
  }

  /**
   * Whether its description would tell otherwise than before: other outlets or names for them, other firmware, an effect of
   * a person's own. Asked once for each change.
   */
  takeOtherwise(): boolean {
    const { isOtherwise } = this
    this.isOtherwise = false
    return isOtherwise
  }

  /** What has changed since this was asked last, of the device and its outlets. */
  takeDetails(): readonly DeviceDetails[] | undefined {
    const { profile } = this
    if (!profile) return undefined
    let news = addNews(undefined, profile.details)
    if (profile.outlets.size > 0) for (const { details } of profile.outlets.values()) news = addNews(news, details)
    return news
  }

  /** Adds to the device's reading what an answer to `query` or `meterQuery` says of its meter. */
  readMeter(reply: JsonObject, reading: Reading, moment: Moment): void {
    const { profile } = this
    if (!profile?.meter) return
    const { meter } = profile
    addStatistics(reading, meter.statisticsAt(moment.monotonic_ms))
    const answer = answerOf(reply, meter.module, 'get_realtime')
    if (answer.kind === 'given') {
      meter.answered = true
      addEnergy(reading, energyOf(answer.value, profile.kind))
    } else if (answer.kind === 'unsupported' && !meter.answered) {
      profile.meter = undefined
    }
  }

  /** @throws MonitorError `REPLY_INVALID` where the outlet's meter says nothing */
  readOutlet(outlet: Outlet, reply: JsonObject, moment: Moment): Reading {
    const reading = this.outletReading(outlet, moment)
    const answer = answerOf(reply, 'emeter', 'get_realtime')
    if (answer.kind === 'unsupported' && !outlet.meter?.latest) {
      outlet.meter = undefined
      return reading
    }
    if (answer.kind !== 'given' || !outlet.meter) {
      throw new MonitorError('REPLY_INVALID', `${outlet.state.device_id}: the outlet's meter does not answer`)
    }
    outlet.meter.latest = energyOf(answer.value, 'outlet')
    addEnergy(reading, outlet.meter.latest)
    addStatistics(reading, outlet.meter.statisticsAt(moment.monotonic_ms))
    return judge(reading)
  }

  /** An outlet's state as its strip told it last. */
  outletReading(outlet: Outlet, moment: Moment): Reading {
    const { device_id = '', model = '' } = this.profile ?? {}
    return outletReading(outlet.state, device_id, model, moment)
  }

  private recognise(sysinfo: Sysinfo): Profile {
    const device_id = deviceIdOf(sysinfo)
    if (this.expected_id !== undefined && device_id !== this.expected_id) {
      throw new MonitorError('IDENTITY_MISMATCH', `${this.host}: another device answers: ${device_id}`, {
        details: { host: this.host, device_id: this.expected_id },
      })
    }
    const known = this.profile
    const firmware = firmwareOf(sysinfo)
    if (known && known.device_id === device_id && known.firmware === firmware) return known
    if (known) this.isOtherwise = true
    const kind = kindOf(sysinfo)
    const metered = kind !== 'strip' && mayHaveMeter(sysinfo, kind)
    const module: MeterModule = isLight(kind) ? 'smartlife.iot.common.emeter' : 'emeter'
    const meter = metered ? new Meter(module) : undefined
    const outlets = kind === 'strip' ? new Map<string, Outlet>() : WITHOUT_OUTLETS
    const cloud = new SlowQuestion(isLight(kind) ? 'smartlife.iot.common.cloud' : 'cnCloud')
    const motion = hasMotionSensor(sysinfo) ? new SlowQuestion('smartlife.iot.PIR') : undefined
    const details = new KnownDetails(device_id)
    const model = modelOf(sysinfo)
    this.profile = { device_id, model, kind, firmware, meter, isApart: false, cloud, motion, details, outlets }
    return this.profile
  }

  private readStrip(profile: Profile, sysinfo: Sysinfo, reading: Reading, moment: Moment): DeviceOutcome {
    const switched = this.updateOutlets(profile, sysinfo, moment)
    const outlets = [...profile.outlets.values()]
    const on = anyOn(outlets.map(({ state }) => state))
    if (on !== undefined) reading.on = on
    const total = stripEnergy(outlets.map(({ meter }) => meter?.measurementAt(moment.monotonic_ms)))
    addStatistics(reading, total)
    addEnergy(reading, total)
    const readings = [judge(reading)]
    for (const outlet of outlets) {
      if (!outlet.meter) readings.push(this.outletReading(outlet, moment))
    }
    return { sysinfo, readings, changed_outlets: switched }
  }

  private updateOutlets(profile: Profile, sysinfo: Sysinfo, { timestamp }: Moment): string[] {
    const switched: string[] = []
    const isFirst = profile.outlets.size === 0
    const metered = mayHaveMeter(sysinfo, 'strip')
    const gone = new Set(profile.outlets.keys())
    for (const state of outletsOf(sysinfo, profile.device_id)) {
      gone.delete(state.device_id)
      const outlet = profile.outlets.get(state.device_id)
      if (!outlet) {
        const meter = metered ? new Meter('emeter', state.child_id) : undefined
        const details = new KnownDetails(state.device_id)
        details.setOnSince(state.on, state.on_time, timestamp)
        profile.outlets.set(state.device_id, { state, meter, details })
        this.isOtherwise ||= !isFirst
        continue
      }
      if (outlet.meter && outlet.state.on !== state.on) switched.push(state.device_id)
      this.isOtherwise ||= outlet.state.alias !== state.alias
      outlet.state = state
      outlet.details.setOnSince(state.on, state.on_time, timestamp)
    }
    for (const device_id of gone) profile.outlets.delete(device_id)
    this.isOtherwise ||= gone.size > 0
    return switched
  }
}
