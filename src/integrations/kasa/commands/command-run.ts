import type { Timer } from '../../../domain/clock'
import type { Command } from '../../../domain/command'
import { MonitorError, type ErrorCode } from '../../../domain/errors'
import { patientTimeout } from '../../../domain/patient-timeout'
import type { Reading } from '../../../domain/reading'
import { Exchange, Request } from '../transports/exchange'
import type { Network } from '../transports/network'
import type { RequestQueue } from '../transports/request-queue'
import type { CommandProtocol, CommandTarget } from './command-plan'
import { promised } from './promised'

/** Devices need a moment before they say what they were told. */
export const CONFIRM_DELAY_MS = 350

/** Commands that do more when they are sent twice. */
const SENT_ONCE: ReadonlySet<Command['name']> = new Set(['reboot', 'countdown'])

export interface CommandLine {
  readonly host: string
  readonly network: Network
  readonly queue: RequestQueue
  readonly command_ms: number
}

/** One command from the first question to the confirmation, under one deadline. Used once. */
export class CommandRun<Target extends CommandTarget> {
  private endDeadline: (() => void) | undefined
  private pause: Timer | undefined
  private sending: Exchange | undefined
  private settle: ((error: MonitorError | undefined, reading: Reading | undefined) => void) | undefined

  constructor(
    private readonly line: CommandLine,
    private readonly protocol: CommandProtocol<Target>,
    private readonly device_id: string | undefined,
    private readonly command: Command,
  ) {}

  run(): Promise<Reading> {
    const { network, command_ms } = this.line
    return new Promise((resolve, reject) => {
      this.settle = (error, reading) =>
        reading ? resolve(reading) : reject(error ?? this.error('INTERNAL', 'nothing'))
      this.endDeadline = patientTimeout(
        network.clock,
        () => this.end(this.error('REPLY_TIMEOUT', `'${this.command.name}' was not done within ${command_ms} ms`)),
        command_ms,
      )
      this.perform().then(
        (reading) => this.end(undefined, reading),
        (thrown: unknown) => this.end(this.protocol.meaningOf(thrown, this.command, this.device_id)),
      )
    })
  }

  /** Ends the run, and takes back what has not been sent. */
  end(error: MonitorError | undefined, reading?: Reading): void {
    const { settle, sending, line } = this
    if (!settle) return
    this.settle = undefined
    this.endDeadline?.()
    if (this.pause) line.network.clock.clearTimeout(this.pause)
    if (sending && error) line.queue.fail(sending, error)
    settle(error, reading)
  }

  private async perform(): Promise<Reading> {
    const { protocol, command } = this
    const before = await protocol.lookAt(this.device_id)
    const plan = protocol.plan(command, before.target, (text) => this.send(text))
    await plan.send()
    if (!plan.isConfirmed) return this.readingOf(before.target, before.reading)
    await this.wait(CONFIRM_DELAY_MS)
    const after = await protocol.lookAgain(before.target)
    const reading = this.readingOf(after.target, after.reading)
    if (await plan.isConfirmed(reading, after.target)) return reading
    throw this.error('COMMAND_NOT_CONFIRMED', `the device does not show that '${command.name}' took effect`)
  }

  private readingOf({ device_id }: Target, reading: Reading | undefined): Reading {
    if (reading) return reading
    throw this.error('REPLY_INVALID', `no reading of ${device_id}`)
  }

  private send(text: string): Promise<string> {
    const request = new Request(text, !SENT_ONCE.has(this.command.name), false)
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

  private error(code: ErrorCode, text: string): MonitorError {
    return new MonitorError(code, `${this.line.host}: ${text}`, { details: { host: this.line.host } })
  }
}
