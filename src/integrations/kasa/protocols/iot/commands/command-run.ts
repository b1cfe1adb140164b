import { ResponseError } from 'tplink-smarthome-api'
import type { Timer } from '../../../../../domain/clock'
import { unsupportedCommand, type Command } from '../../../../../domain/command'
import { MonitorError, toMonitorError, type ErrorCode } from '../../../../../domain/errors'
import type { Reading } from '../../../../../domain/reading'
import type { CommandTarget } from './command-plan'
import { planCommand } from './commands'
import type { Done } from '../../../link'
import type { IotReader } from '../iot-reader'
import { numberOf, parseObject } from '../../../json'
import type { DeviceOutcome, IotDevice } from '../iot-device'
import { isNotSupported } from '../iot-reply'
import { Exchange, Request } from '../../../transports/exchange'
import type { Network } from '../../../transports/network'
import type { RequestQueue } from '../../../transports/request-queue'

/** Devices need a moment before they say what they were told. */
export const CONFIRM_DELAY_MS = 350

/** Commands that do more when they are sent twice. */
const SENT_ONCE: ReadonlySet<Command['name']> = new Set(['reboot', 'countdown'])

export interface CommandLine {
  readonly host: string
  readonly network: Network
  readonly queue: RequestQueue
  readonly reader: IotReader
  readonly device: IotDevice
  readonly command_ms: number
}

/** One command from the first question to the confirmation, under one deadline. Used once. */
export class CommandRun {
  private deadline: Timer | undefined
  private pause: Timer | undefined
  private sending: Exchange | undefined
  private settle: ((error: MonitorError | undefined, reading: Reading | undefined) => void) | undefined

  constructor(
    private readonly line: CommandLine,
    private readonly device_id: string | undefined,
    private readonly command: Command,
  ) {}

  run(): Promise<Reading> {
    const { network, command_ms } = this.line
    return new Promise((resolve, reject) => {
      this.settle = (error, reading) =>
        reading ? resolve(reading) : reject(error ?? this.error('INTERNAL', 'nothing'))
      this.deadline = network.clock.setTimeout(
        () => this.end(this.error('REPLY_TIMEOUT', `'${this.command.name}' was not done within ${command_ms} ms`)),
        command_ms,
      )
      this.perform().then(
        (reading) => this.end(undefined, reading),
        (thrown: unknown) => this.end(this.meaningOf(thrown)),
      )
    })
  }

  /** Ends the run, and takes back what has not been sent. */
  end(error: MonitorError | undefined, reading?: Reading): void {
    const { settle, sending, line } = this
    if (!settle) return
    this.settle = undefined
    for (const timer of [this.deadline, this.pause]) if (timer) line.network.clock.clearTimeout(timer)
    if (sending && error) line.queue.fail(sending, error)
    settle(error, reading)
  }

  private async perform(): Promise<Reading> {
    const { reader } = this.line
    const before = await promised<DeviceOutcome>((done) => reader.readIdentity(true, done))
    const target = this.targetIn(before)
    const plan = planCommand(this.command, target, (text) => this.send(text))
    await plan.send()
    if (!plan.isConfirmed) return this.readingIn(before, target.device_id)
    await this.wait(CONFIRM_DELAY_MS)
    const after = await promised<DeviceOutcome>((done) => reader.readDevice(true, done))
    const reading = target.outlet
      ? await promised<Reading>((done) => reader.readOutlet(target.device_id, true, done))
      : this.readingIn(after, target.device_id)
    if (await plan.isConfirmed(reading, after.sysinfo)) return reading
    throw this.error('COMMAND_NOT_CONFIRMED', `the device does not show that '${this.command.name}' took effect`)
  }

  private targetIn({ sysinfo, readings }: DeviceOutcome): CommandTarget {
    const { device, reader } = this.line
    const { device_id: own_id = '', kind = 'other' } = device
    if (this.device_id === undefined || this.device_id === own_id) {
      return { device_id: own_id, kind, sysinfo, on: readings[0]?.on, outlet: undefined }
    }
    const outlet = device.outlet(this.device_id)?.state
    if (!outlet) throw reader.unknown(this.device_id)
    return { device_id: this.device_id, kind: 'outlet', sysinfo, on: outlet.on, outlet }
  }

  private readingIn(outcome: DeviceOutcome, device_id: string): Reading {
    const reading = outcome.readings.find((candidate) => candidate.device_id === device_id)
    if (reading) return reading
    throw this.error('REPLY_INVALID', `no reading of ${device_id}`)
  }

  private send(text: string): Promise<string> {
    const repeatable = !SENT_ONCE.has(this.command.name)
    const request = new Request(text, repeatable, false)
    return promised<string>((done) => {
      if (!this.settle) return done(this.error('CLOSED', 'the command is over'), undefined)
      this.sending = new Exchange(request, true, (error, reply) => {
        this.sending = undefined
        done(error, error ? undefined : reply)
      })
      this.line.queue.add(this.sending)
    })
  }

  private wait(delay_ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.pause = this.line.network.clock.setTimeout(resolve, delay_ms)
    })
  }

  private meaningOf(thrown: unknown): MonitorError {
    if (!(thrown instanceof ResponseError)) return toMonitorError(thrown, 'REPLY_INVALID')
    if (isNotSupported(codeIn(thrown.response))) {
      return unsupportedCommand(
        this.command.name,
        this.line.device.model ?? 'the device',
        this.device_id ?? this.line.host,
      )
    }
    // The library's text repeats the whole reply, location included.
    return this.error('DEVICE_REFUSED', `the device refused '${this.command.name}'`)
  }

  private error(code: ErrorCode, text: string): MonitorError {
    return new MonitorError(code, `${this.line.host}: ${text}`, { details: { host: this.line.host } })
  }
}

function codeIn(response: string): number | undefined {
  try {
    return numberOf(parseObject(response).err_code)
  } catch {
    return undefined
  }
}

function promised<Value>(act: (done: Done<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    act((error, value) => {
      if (value === undefined) reject(error ?? new MonitorError('INTERNAL', 'neither error nor value'))
      else resolve(value)
    })
  })
}
