import type { AlertCommand } from '../../alerting/alert-command'
import type { Clock } from '../../domain/clock'
import type { Command } from '../../domain/command'
import type { MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { Broker } from '../../mqtt/broker'
import type { KnownDevice } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'

export interface CommandDeskParts {
  readonly broker: Pick<Broker, 'subscribe' | 'tell'>
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'silence_min'>
  readonly clock: Clock
  /** By the part of the topic that stands for a device: see `slugOf`. */
  readonly find: (slug: string) => KnownDevice | undefined
  /** Resolves with what the device confirmed. */
  readonly run: (device_id: string, command: Command) => Promise<Reading | undefined>
  readonly alerts: (command: AlertCommand) => void
  /** Told before the result is. */
  readonly confirmed: (reading: Reading) => void
  readonly report: (error: MonitorError) => void
  /** How long one command to a device may take. */
  readonly command_ms: number
}

export interface CommandDeskStatus {
  readonly running: number
  readonly waiting: number
  readonly done: number
  readonly refused: number
  readonly superseded: number
  /** Messages that a broker had kept. */
  readonly retained: number
}

/** Takes commands from topics to devices, and results back. */
export class CommandDesk {
  private readonly subscriptions: (() => void)[] = []

  constructor(private readonly parts: CommandDeskParts) {}

  start(): void {}

  /** What waits is dropped, what runs is not told. May be called twice. */
  stop(): void {
    for (const end of this.subscriptions.splice(0)) end()
  }

  status(): CommandDeskStatus {
    return { running: 0, waiting: 0, done: 0, refused: 0, superseded: 0, retained: 0 }
  }
}
