import type { Random } from '../../../../domain/clock'
import { MonitorError, toMonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import { parseObject, type JsonObject } from '../../json'
import { STATISTICS_INTERVAL_MS, type Meter } from './meter'
import { addStatistics, judge, type Moment } from '../../readings'
import type { DeviceOutcome, IotDevice } from './iot-device'
import { Query, SYSINFO_QUERY } from './iot-query'
import { answerOf } from './iot-reply'
import { localTimeOf, statisticsOf, statisticsQuery, type LocalTime } from './iot-statistics'
import { Exchange } from '../../transports/exchange'
import type { Done } from '../../link'
import type { Network } from '../../transports/network'
import type { RequestQueue } from '../../transports/request-queue'

/** Asks one host and makes readings of what it answers. It can send nothing but a `Query`. */
export class IotReader {
  constructor(
    private readonly host: string,
    private readonly device: IotDevice,
    private readonly network: Network,
    private readonly queue: RequestQueue,
    private readonly random: Random,
  ) {}

  /** The host's own device. Urgent reads leave statistics for later. */
  readDevice(urgent: boolean, done: Done<DeviceOutcome>): void {
    const query = this.device.query
    const interpret = (reply: JsonObject, moment: Moment) => this.device.read(reply, moment)
    this.ask(query, urgent, interpret, (error, outcome) => {
      if (error?.code === 'QUERY_TOO_LARGE' && this.device.askApart()) this.readDevice(urgent, done)
      else if (error || !outcome) done(error, undefined)
      else if (query === SYSINFO_QUERY && this.device.query !== query) this.readDevice(urgent, done)
      else this.readMeter(outcome, urgent, done)
    })
  }

  /** Fails with `DEVICE_UNKNOWN` where the host has no such outlet. */
  readOutlet(device_id: string, urgent: boolean, done: Done<Reading>): void {
    const outlet = this.device.outlet(device_id)
    if (!outlet) {
      queueMicrotask(() => done(this.unknown(device_id), undefined))
    } else if (!outlet.meter) {
      this.readDevice(urgent, (error, outcome) => {
        const reading = outcome?.readings.find((candidate) => candidate.device_id === device_id)
        done(error ?? (reading ? undefined : this.unknown(device_id)), reading)
      })
    } else {
      const interpret = (reply: JsonObject, moment: Moment) => this.device.readOutlet(outlet, reply, moment)
      this.ask(outlet.meter.query, urgent, interpret, (error, reading) => {
        if (error || urgent || !this.isDue(outlet.meter)) done(error, reading)
        else this.readStatistics(outlet.meter, reading, (failure) => done(failure, failure ? undefined : reading))
      })
    }
  }

  /** Only what the device is. */
  readIdentity(urgent: boolean, done: Done<DeviceOutcome>): void {
    this.ask(SYSINFO_QUERY, urgent, (reply, moment) => this.device.read(reply, moment), done)
  }

  unknown(device_id: string): MonitorError {
    const details = { host: this.host, device_id }
    return new MonitorError('DEVICE_UNKNOWN', `${this.host} has no device or outlet ${device_id}`, { details })
  }

  /** What the device could not answer together with its state, if anything. */
  private readMeter(outcome: DeviceOutcome, urgent: boolean, done: Done<DeviceOutcome>): void {
    const { device } = this
    const [reading] = outcome.readings
    if (!device.meterQuery || !reading) {
      this.readDue(outcome, urgent, done)
      return
    }
    const interpret = (reply: JsonObject, moment: Moment) => {
      device.readMeter(reply, reading, moment)
      judge(reading)
    }
    this.ask(device.meterQuery, urgent, interpret, (error) => {
      if (error) done(error, undefined)
      else this.readDue(outcome, urgent, done)
    })
  }

  private readDue(outcome: DeviceOutcome, urgent: boolean, done: Done<DeviceOutcome>): void {
    const { meter } = this.device
    const end = (failure?: MonitorError) => done(failure, failure ? undefined : outcome)
    if (urgent) end()
    else if (!this.isDue(meter)) this.readSlow(end)
    else this.readStatistics(meter, outcome.readings[0], (failure) => (failure ? end(failure) : this.readSlow(end)))
  }

  /** The same holds of this as of statistics. */
  private readSlow(done: (error?: MonitorError) => void): void {
    const { device } = this
    const question = device.slowQuestionAt(this.network.clock.monotonic())
    if (!question) {
      done()
      return
    }
    const interpret = (reply: JsonObject, { monotonic_ms }: Moment) => device.readSlow(question, reply, monotonic_ms)
    this.ask(question.query, false, interpret, (error) => {
      if (error) question.postpone(this.network.clock.monotonic())
      done(error?.code === 'CLOSED' ? error : undefined)
    })
  }

  private isDue(meter: Meter | undefined): meter is Meter {
    return meter !== undefined && meter.isDue(this.network.clock.monotonic())
  }

  /** A device that does not answer this has answered the poll; only the end of the connection is told. */
  private readStatistics(meter: Meter, reading: Reading | undefined, done: (error?: MonitorError) => void): void {
    this.withLocalTime((time) => {
      const query = statisticsQuery(meter.module, meter.methods, time, meter.child_id)
      const interpret = (reply: JsonObject) => statisticsOf(reply, meter.module, time)
      this.ask(query, false, interpret, (error, answer) => {
        const now = this.network.clock.monotonic()
        if (answer) meter.learn(answer, now, time, this.random())
        else meter.postpone(now)
        if (reading) judge(addStatistics(reading, meter.statisticsAt(now)))
        done(error?.code === 'CLOSED' ? error : undefined)
      })
    })
  }

  /** The device counts its days by its own clock, which may be in another time zone. */
  withLocalTime(use: (time: LocalTime) => void): void {
    const { device, network } = this
    const now = network.clock.monotonic()
    if (now < device.local_offset_due_at) {
      use(this.localTime(now))
      return
    }
    const query = new Query([[device.timeModule, 'get_time']])
    const interpret = (reply: JsonObject) => {
      const answer = answerOf(reply, device.timeModule, 'get_time')
      return answer.kind === 'given' ? localTimeOf(answer.value) : undefined
    }
    this.ask(query, false, interpret, (_error, time) => {
      const then = network.clock.monotonic()
      device.local_offset_due_at = then + STATISTICS_INTERVAL_MS
      device.local_offset_ms = time === undefined ? undefined : time - then
      use(this.localTime(then))
    })
  }

  private localTime(now: number): LocalTime {
    if (this.device.local_offset_ms !== undefined) return now + this.device.local_offset_ms
    const wall = this.network.clock.now()
    return wall - new Date(wall).getTimezoneOffset() * 60_000
  }

  /** Makes something of the answer to one query. */
  ask<Value>(
    query: Query,
    urgent: boolean,
    interpret: (reply: JsonObject, moment: Moment) => Value,
    done: Done<Value>,
  ): void {
    const exchange = new Exchange(query, urgent, (failure, text) => {
      let error = failure
      let value: Value | undefined
      if (!error) {
        try {
          value = interpret(parseObject(text), this.momentOf(exchange))
        } catch (thrown) {
          error = this.located(thrown)
        }
      }
      done(error, value)
    })
    this.queue.add(exchange)
  }

  private momentOf(exchange: Exchange): Moment {
    const monotonic_ms = this.network.clock.monotonic()
    const latency_ms = Math.round((monotonic_ms - exchange.started_at) * 10) / 10
    return { host: this.host, timestamp: this.network.clock.now(), latency_ms, monotonic_ms }
  }

  private located(thrown: unknown): MonitorError {
    const error = toMonitorError(thrown)
    if (error.details.host !== undefined) return error
    const details = { ...error.details, host: this.host }
    return new MonitorError(error.code, `${this.host}: ${error.message}`, { cause: error, details })
  }
}
