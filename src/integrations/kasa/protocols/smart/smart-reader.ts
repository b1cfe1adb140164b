import { MonitorError, toMonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import type { Done } from '../../link'
import type { Moment } from '../../readings'
import type { Network } from '../../transports/network'
import type { RequestQueue } from '../../transports/request-queue'
import type { Child } from './children'
import type { DeviceInfo } from './device-info'
import { BatchSizes, Inquiry } from './inquiry'
import { isOffline } from './normalise'
import { lightQuestions } from './slow-questions'
import {
  CHILD_COMPONENTS_QUERY,
  CHILDREN_QUERY,
  IDENTITY_QUERY,
  offlineError,
  type ChildOutcome,
  type SmartDevice,
  type SmartOutcome,
} from './smart-device'
import { deviceQuery, type Query } from './smart-query'
import type { Answers } from './smart-reply'

export interface SmartReaderOptions {
  readonly host: string
  readonly device: SmartDevice
  readonly network: Network
  readonly queue: RequestQueue
  /** Told of what a device says about the whole conversation, before its owner is. */
  readonly onFailure: (error: MonitorError) => void
}

/** Asks one host and makes readings of what it answers. It can send nothing but a `Query`. */
export class SmartReader {
  private readonly sizes = new BatchSizes()

  constructor(private readonly options: SmartReaderOptions) {}

  /** Who the device is, and its children; of a light, its effects and presets. */
  meet(urgent: boolean, done: Done<DeviceInfo>): void {
    const { device } = this.options
    const meet = (answers: Answers) => device.meet(answers)
    this.ask(IDENTITY_QUERY, urgent, meet, (error, info) => {
      if (error || !info) done(error, info)
      else if (device.profile?.children) this.meetChildren(info, urgent, done)
      else this.meetLight(info, urgent, done)
    })
  }

  /** The host's own device with its meter, and the children that need no question of their own. */
  readDevice(urgent: boolean, done: Done<SmartOutcome>): void {
    const { device, network } = this.options
    this.read(urgent, 'device', (error, outcome) => {
      if (error || !outcome || urgent) done(error, outcome)
      else this.readDetails(device.childToAsk(network.clock.monotonic()), outcome, done)
    })
  }

  /** The same without the meter. */
  readState(urgent: boolean, done: Done<SmartOutcome>): void {
    this.read(urgent, 'state', done)
  }

  /** Fails with `DEVICE_UNKNOWN` where the host has no such child, and with `DEVICE_OFFLINE` where it has lost it. */
  readChild(device_id: string, urgent: boolean, done: Done<Reading>): void {
    this.pollChild(device_id, urgent, (error, outcome) => done(error, outcome?.readings[0]))
  }

  /** The same, with what has happened to it since the last time. */
  pollChild(device_id: string, urgent: boolean, done: Done<ChildOutcome>): void {
    const { device, network } = this.options
    const child = device.child(device_id)
    const query = child?.queryAt(network.clock.monotonic())
    if (child && query) {
      this.ask(
        query,
        urgent,
        (answers, moment) => device.readChild(child, answers, moment),
        (error, outcome) => {
          if (error) child.details.questions.postpone(network.clock.monotonic())
          done(error, outcome)
        },
      )
      return
    }
    this.readState(urgent, (error, outcome) => {
      const reading = outcome?.readings.find((candidate) => candidate.device_id === device_id)
      if (reading) this.readDetails(device.child(device_id), { readings: [reading], presses: [] }, done)
      else done(error ?? this.missing(device_id), undefined)
    })
  }

  unknown(device_id: string): MonitorError {
    const { host } = this.options
    return new MonitorError('DEVICE_UNKNOWN', `${host} has no device ${device_id}`, { details: { host, device_id } })
  }

  /** One query with its answers, in as many requests as the device needs. */
  ask<Value>(
    query: Query,
    urgent: boolean,
    interpret: (answers: Answers, moment: Moment) => Value,
    done: Done<Value>,
  ): void {
    const { queue, onFailure } = this.options
    const inquiry = new Inquiry({
      query,
      urgent,
      sizes: this.sizes,
      send: (exchange) => queue.add(exchange),
      onRefused: onFailure,
      done: (failure, answers) => {
        let error = failure && this.located(failure)
        let value: Value | undefined
        if (answers) {
          try {
            value = interpret(answers, this.momentSince(inquiry.started_at))
          } catch (thrown) {
            error = this.located(toMonitorError(thrown))
          }
        }
        done(error, value)
      },
    })
    inquiry.start()
  }

  /** At first contact, and when another device or firmware answers than before, it is met before it is read. */
  private read(urgent: boolean, wants: 'device' | 'state', done: Done<SmartOutcome>, isMet = false): void {
    const { device, network } = this.options
    if (!device.profile) {
      if (isMet) done(this.located(new MonitorError('REPLY_INVALID', 'each answer is from another device')), undefined)
      else this.meetAndRead(urgent, wants, done)
      return
    }
    const query = wants === 'state' ? device.stateQuery : device.queryAt(network.clock.monotonic())
    const interpret = (answers: Answers, moment: Moment): Heard => {
      if (!device.isFrom(answers)) return { answers, moment, outcome: undefined, isNews: false }
      const isNews = device.hasNewChildren(answers)
      return { answers, moment, isNews, outcome: isNews ? undefined : device.read(answers, undefined, moment) }
    }
    this.ask(query, urgent, interpret, (error, heard) => {
      if (error) device.profile?.details.questions.postpone(network.clock.monotonic())
      if (error || !heard) done(error, undefined)
      else if (heard.outcome) done(undefined, heard.outcome)
      else if (heard.isNews) this.readWithComponents(urgent, heard, done)
      else this.read(urgent, wants, done, isMet)
    })
  }

  private meetChildren(info: DeviceInfo, urgent: boolean, done: Done<DeviceInfo>): void {
    const meetChildren = (answers: Answers) => {
      this.options.device.meetChildren(answers)
      return info
    }
    this.ask(CHILDREN_QUERY, urgent, meetChildren, done)
  }

  /** A light that does not name them is known all the same. */
  private meetLight(info: DeviceInfo, urgent: boolean, done: Done<DeviceInfo>): void {
    const { profile } = this.options.device
    const methods = profile ? lightQuestions(profile.components, info) : []
    if (!profile || methods.length === 0) {
      done(undefined, info)
      return
    }
    const learn = (answers: Answers, moment: Moment) => profile.details.learn(answers, moment.monotonic_ms)
    this.ask(deviceQuery(methods), urgent, learn, (error) => {
      if (error?.code === 'CLOSED') done(error, undefined)
      else done(undefined, info)
    })
  }

  /**
   * Details of a child whose parent tells all the rest, where they are due: of one at a time, so that a strip with many outlets
   * is not held up. What it refuses does not matter to the poll.
   */
  private readDetails<Outcome>(child: Child | undefined, outcome: Outcome, done: Done<Outcome>): void {
    const { network, device } = this.options
    const query = child?.detailsQueryAt(network.clock.monotonic())
    if (!child || !query) {
      done(undefined, outcome)
      return
    }
    const learn = (answers: Answers, moment: Moment) => device.learnDetails(child.details, answers, moment.monotonic_ms)
    this.ask(query, false, learn, (error) => {
      if (error) child.details.questions.postpone(network.clock.monotonic())
      if (error?.code === 'CLOSED') done(error, undefined)
      else done(undefined, outcome)
    })
  }

  private meetAndRead(urgent: boolean, wants: 'device' | 'state', done: Done<SmartOutcome>): void {
    this.sizes.reset()
    this.meet(urgent, (error) => {
      if (error) done(error, undefined)
      else this.read(urgent, wants, done, true)
    })
  }

  private readWithComponents(urgent: boolean, { answers, moment }: Heard, done: Done<SmartOutcome>): void {
    const { device } = this.options
    this.ask(CHILD_COMPONENTS_QUERY, urgent, (components) => device.read(answers, components, moment), done)
  }

  /** Of a child that the last answer brought no reading of. */
  missing(device_id: string): MonitorError {
    const { host, device } = this.options
    const child = device.child(device_id)
    if (!child || !isOffline(child.info)) return this.unknown(device_id)
    return offlineError(host, child)
  }

  private momentSince(started_at: number | undefined): Moment {
    const { host, network } = this.options
    const monotonic_ms = network.clock.monotonic()
    const latency_ms = Math.round((monotonic_ms - (started_at ?? monotonic_ms)) * 10) / 10
    return { host, timestamp: network.clock.now(), latency_ms, monotonic_ms }
  }

  private located(error: MonitorError): MonitorError {
    const { host } = this.options
    if (error.details.host !== undefined) return error
    return new MonitorError(error.code, `${host}: ${error.message}`, {
      cause: error,
      details: { ...error.details, host },
    })
  }
}

/** An answer to a question for the state. Without an outcome, something has to be asked before it can be understood. */
interface Heard {
  readonly answers: Answers
  readonly moment: Moment
  readonly outcome: SmartOutcome | undefined
  /** There are children that nothing is known of. */
  readonly isNews: boolean
}
