import type { Device, DeviceKind } from '../../../../domain/device'
import type { DeviceDetails } from '../../../../domain/device-details'
import { MonitorError } from '../../../../domain/errors'
import type { Press } from '../../../../domain/event'
import type { Reading } from '../../../../domain/reading'
import type { JsonObject } from '../../json'
import { addNews } from '../../known-details'
import { addEnergy, addStatistics, anyOn, judge, type Moment } from '../../readings'
import { stripEnergy } from '../../strip-energy'
import { Children, type Child } from './children'
import { childComponentsOf, componentsOf, type Components } from './components'
import { describeDevices } from './describe'
import { deviceIdOf, firmwareOf, kindOf, type DeviceInfo } from './device-info'
import { infoReading, isOffline } from './normalise'
import { hostQuestions } from './slow-questions'
import { SmartDetails } from './smart-details'
import { refusalError } from './smart-error'
import { SmartMeter, type Measurement } from './smart-meter'
import { deviceQuery, type Method, type Query } from './smart-query'
import { givenIn, type Answers } from './smart-reply'

/** What the first answers of a device taught; thrown away when another device or firmware answers. */
export interface Profile {
  readonly device_id: string
  readonly kind: DeviceKind
  readonly firmware: string | undefined
  readonly components: Components
  readonly meter: SmartMeter | undefined
  readonly details: SmartDetails
  /** Absent where the device has no part for any. */
  readonly children: Children | undefined
}

export interface SmartOutcome {
  readonly info: DeviceInfo
  /** The device first; children without meters after it. */
  readonly readings: Reading[]
  /** Children with meters whose switch has moved. */
  readonly changed_outlets: readonly string[]
}

/** Of a child that is asked by itself. */
export interface ChildOutcome {
  readonly readings: readonly [Reading]
  readonly presses: readonly Press[]
}

const NO_PRESSES: readonly Press[] = []
const STATE: readonly Method[] = ['get_device_info']
const STATE_WITH_CHILDREN: readonly Method[] = ['get_device_info', 'get_child_device_list']
const NO_OUTLETS: readonly string[] = []

/** First contact: who it is, and what it has parts for. */
export const IDENTITY_QUERY = deviceQuery(['component_nego', 'get_device_info'])
export const CHILDREN_QUERY = deviceQuery(['get_child_device_list', 'get_child_device_component_list'])
export const CHILD_COMPONENTS_QUERY = deviceQuery(['get_child_device_component_list'])

/** One device as the protocol shows it: what to ask next, and what an answer means. No I/O. */
export class SmartDevice {
  profile: Profile | undefined
  private isOtherwise = false

  constructor(
    private readonly host: string,
    private readonly expected_id: string | undefined,
  ) {}

  get device_id(): string | undefined {
    return this.profile?.device_id
  }

  child(device_id: string): Child | undefined {
    return this.profile?.children?.get(device_id)
  }

  /**
   * Takes in an answer to `IDENTITY_QUERY`.
   * @throws MonitorError `REPLY_INVALID`, `IDENTITY_MISMATCH`, `DEVICE_UNSUPPORTED`
   */
  meet(answers: Answers): DeviceInfo {
    const info = requiredIn(answers, 'get_device_info')
    if (this.recognises(info)) return info
    const device_id = deviceIdOf(info)
    const components = componentsOf(optionalIn(answers, 'component_nego'))
    this.profile = {
      device_id,
      kind: kindOf(info, components),
      firmware: firmwareOf(info),
      components,
      // Strips have the part and no data of their own (P304M).
      meter: info.device_on === undefined ? undefined : SmartMeter.of(components),
      details: new SmartDetails(device_id, hostQuestions(components, info)),
      children: components.has('child_device') ? new Children(device_id) : undefined,
    }
    return info
  }

  /**
   * Takes in an answer to `CHILDREN_QUERY`.
   * @throws MonitorError `REPLY_INVALID`
   */
  meetChildren(answers: Answers): void {
    const components = childComponentsOf(optionalIn(answers, 'get_child_device_component_list'))
    this.profile?.children?.update(optionalIn(answers, 'get_child_device_list'), components)
  }

  /** State without what costs the device more; all there is of most. */
  get stateQuery(): Query {
    return deviceQuery(this.stateMethods)
  }

  queryAt(now: number): Query {
    const { profile, stateMethods } = this
    if (!profile) return this.stateQuery
    const { meter, details } = profile
    if (meter) return meter.queryAt(now, stateMethods, details.questions)
    const due = details.questions.at(now, stateMethods.length)
    return due.length === 0 ? this.stateQuery : deviceQuery([...stateMethods, ...due])
  }

  /** A child that is worth a question of its own, for its details alone. */
  childToAsk(now: number): Child | undefined {
    for (const child of this.profile?.children?.all ?? []) {
      if (!isOffline(child.info) && child.detailsQueryAt(now)) return child
    }
    return undefined
  }

  /**
   * Whether an answer is from the device and the firmware that were met. Else they are forgotten.
   * @throws MonitorError `REPLY_INVALID`, `IDENTITY_MISMATCH`, `DEVICE_UNSUPPORTED`
   */
  isFrom(answers: Answers): boolean {
    const isKnown = this.recognises(requiredIn(answers, 'get_device_info'))
    if (!isKnown) {
      this.profile = undefined
      this.isOtherwise = true
    }
    return isKnown
  }

  /** Whether an answer names children whose components have not been asked for. */
  hasNewChildren(answers: Answers): boolean {
    const list = givenIn(answers, 'get_child_device_list')
    return list !== undefined && this.profile?.children?.hasNew(list) === true
  }

  /**
   * Takes in an answer to `stateQuery` or `queryAt`, and to `CHILD_COMPONENTS_QUERY` where there are new children.
   * @throws MonitorError `REPLY_INVALID`
   */
  read(answers: Answers, component_answers: Answers | undefined, moment: Moment): SmartOutcome {
    const { profile } = this
    if (!profile) throw new MonitorError('INTERNAL', `${this.host} has not been met`)
    const info = requiredIn(answers, 'get_device_info')
    const reading = infoReading(profile, info, moment)
    this.learn(profile.details, info, answers, moment)
    if (profile.meter) addMeasurement(reading, profile.meter.learn(answers, moment.monotonic_ms))
    const list = givenIn(answers, 'get_child_device_list')
    if (profile.children && list) {
      const components = component_answers && optionalIn(component_answers, 'get_child_device_component_list')
      const change = profile.children.update(list, childComponentsOf(components ?? {}))
      this.isOtherwise ||= change.isOther
      const readings = [reading, ...this.childReadings(profile, profile.children, moment)]
      addSum(reading, profile.kind, [...profile.children.all])
      judge(reading)
      return { info, readings, changed_outlets: change.switched }
    }
    return { info, readings: [judge(reading)], changed_outlets: NO_OUTLETS }
  }

  /**
   * Takes in an answer to a child's own query.
   * @throws MonitorError `REPLY_INVALID` where the child says nothing of itself; `DEVICE_OFFLINE`
   */
  readChild(child: Child, answers: Answers, moment: Moment): ChildOutcome {
    const info = givenIn(answers, 'get_device_info')
    if (!info) throw new MonitorError('REPLY_INVALID', `${child.device_id} does not answer`)
    if (info.device_id === child.device_id) child.info = info
    if (isOffline(child.info)) throw offlineError(this.host, child)
    const reading = childReading(child, this.profile?.device_id ?? '', moment)
    this.learn(child.details, child.info, answers, moment)
    if (child.meter) addMeasurement(reading, child.meter.learn(answers, moment.monotonic_ms))
    const log = givenIn(answers, 'get_trigger_logs')
    const presses = child.log && log ? child.log.learn(log, moment.timestamp) : NO_PRESSES
    return { readings: [judge(reading)], presses }
  }

  /**
   * Whether its description would tell otherwise than before: other children or names for them, other firmware, other effects.
   * Asked once for each change.
   */
  takeOtherwise(): boolean {
    const { isOtherwise } = this
    this.isOtherwise = false
    return isOtherwise
  }

  /** What has changed since this was asked last, of the device and its children. */
  takeDetails(): readonly DeviceDetails[] | undefined {
    const { profile } = this
    if (!profile) return undefined
    let news = addNews(undefined, profile.details.known)
    if (profile.children) for (const { details } of profile.children.all) news = addNews(news, details.known)
    return news
  }

  /** Takes in answers about the details of a device or a child alone. */
  learnDetails(details: SmartDetails, answers: Answers, now: number): void {
    if (details.learn(answers, now)) this.isOtherwise = true
  }

  /** A command may have changed what `method` asks for. */
  askAgain(device_id: string, method: Method): void {
    const { profile } = this
    const details = device_id === profile?.device_id ? profile.details : this.child(device_id)?.details
    details?.questions.again(method)
  }

  describe(info: DeviceInfo): Device[] {
    const { profile, host } = this
    return profile ? describeDevices({ ...profile, info }, [...(profile.children?.all ?? [])], host) : []
  }

  private get stateMethods(): readonly Method[] {
    return this.profile?.children ? STATE_WITH_CHILDREN : STATE
  }

  private learn(details: SmartDetails, info: DeviceInfo, answers: Answers, moment: Moment): void {
    this.learnDetails(details, answers, moment.monotonic_ms)
    if (details.learnState(info, moment)) this.isOtherwise = true
  }

  private recognises(info: DeviceInfo): boolean {
    const device_id = deviceIdOf(info)
    if (this.expected_id !== undefined && device_id !== this.expected_id) {
      throw new MonitorError('IDENTITY_MISMATCH', `${this.host}: another device answers: ${device_id}`, {
        details: { host: this.host, device_id: this.expected_id },
      })
    }
    return this.profile?.device_id === device_id && this.profile.firmware === firmwareOf(info)
  }

  /** Of those that are not polled by themselves. What a hub knows of a sensor that it has lost is old, and no reading. */
  private childReadings(profile: Profile, children: Children, moment: Moment): Reading[] {
    const heard = [...children.all].filter(({ info }) => !isOffline(info))
    for (const { details, info } of heard) if (details.learnState(info, moment)) this.isOtherwise = true
    return heard
      .filter(({ meter, log }) => !meter && !log)
      .map((child) => judge(childReading(child, profile.device_id, moment)))
  }
}

export function offlineError(host: string, { device_id }: Child): MonitorError {
  const details = { host, device_id }
  return new MonitorError('DEVICE_OFFLINE', `${host} has lost contact with ${device_id}`, { details })
}

function childReading(child: Child, parent_id: string, moment: Moment): Reading {
  const reading = infoReading(child, child.info, moment)
  reading.parent_id = parent_id
  return reading
}

/** What a device without a switch and a meter of its own has through its parts. A hub's children are no parts of it. */
function addSum(reading: Reading, kind: DeviceKind, children: readonly Child[]): void {
  if (kind === 'hub') return
  const on = reading.on ?? anyOn(children)
  if (on !== undefined) reading.on = on
  if (kind === 'strip') addMeasurement(reading, stripEnergy(children.map(({ meter }) => meter?.latest)))
}

function addMeasurement(reading: Reading, measurement: Measurement): Reading {
  addEnergy(reading, measurement)
  return addStatistics(reading, measurement)
}

function requiredIn(answers: Answers, method: Method): JsonObject {
  const answer = answers.get(method)
  if (answer?.kind === 'given') return answer.value
  throw refusalError(method, answer?.error_code)
}

/** Nothing, where the device has no part for it. */
function optionalIn(answers: Answers, method: Method): JsonObject {
  return answers.get(method)?.kind === 'unsupported' ? {} : requiredIn(answers, method)
}
