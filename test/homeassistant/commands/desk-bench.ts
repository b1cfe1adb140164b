import type { Command } from '../../../src/domain/command'
import type { Device } from '../../../src/domain/device'
import type { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import type { AlertPress } from '../../../src/homeassistant/alerts/alert-presses'
import { CommandDesk } from '../../../src/homeassistant/commands/command-desk'
import type { KnownDevice } from '../../../src/homeassistant/known-device'
import { slugOf } from '../../../src/homeassistant/topics'
import type { MessageListener, Occasion, ReceivedMessage } from '../../../src/mqtt/broker'
import { topicMatcher } from '../../../src/mqtt/topic-filters'
import { FakeClock } from '../../support/fake-clock'
import { knownDevice, TOPICS } from '../../support/known-devices'
import { reading } from '../../support/readings'

export const COMMAND_MS = 5000

export interface ToldResult {
  readonly ok: boolean
  readonly keys: readonly string[]
  readonly correlation?: string
  readonly ignored?: readonly string[]
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly field?: string
    readonly value?: unknown
    readonly range?: string
    readonly retry: string
  }
  readonly state?: Readonly<Record<string, unknown>>
}

/** A device in the making. */
type Given = Partial<Device> & Pick<Device, 'kind' | 'features'>

export const PLUG: Given = { kind: 'plug', features: ['relay', 'led', 'countdown', 'auto-off'] }
export const BULB: Given = {
  kind: 'bulb',
  features: ['relay', 'brightness', 'color', 'color-temperature', 'effect'],
  color_temp_range: { minimum_k: 2500, maximum_k: 6500 },
  effects: ['Party', 'Candy Cane'],
}

export function known(device_id: string, device: Given = PLUG): KnownDevice {
  return knownDevice({ device_id, device })
}

/** A command that a device has been given, and how it ends. */
export interface Run {
  readonly device_id: string
  readonly command: Command
  readonly done: (changes?: Partial<Reading>) => void
  readonly handedOn: () => void
  readonly failed: (thrown: unknown) => void
}

/** A desk with devices that do what a test says, and a broker that brings every message where it belongs. */
export class DeskBench {
  readonly clock = new FakeClock()
  readonly told: Occasion[] = []
  readonly runs: Run[] = []
  readonly presses: [string | undefined, AlertPress][] = []
  /** What was confirmed, and how many results had been told by then. */
  readonly confirmed: [Reading, number][] = []
  readonly reports: MonitorError[] = []
  readonly desk: CommandDesk
  readonly listeners = new Map<string, MessageListener>()
  private readonly devices: ReadonlyMap<string, KnownDevice>

  constructor(devices: readonly KnownDevice[] = [known('plug'), known('bulb', BULB)]) {
    this.devices = new Map(devices.map((device) => [slugOf(device.device_id), device]))
    this.desk = new CommandDesk({
      broker: {
        subscribe: (filter, listener) => {
          this.listeners.set(filter, listener)
          return () => this.listeners.delete(filter)
        },
        tell: (occasion) => this.told.push(occasion),
      },
      topics: TOPICS,
      options: { silence_min: 60 },
      clock: this.clock,
      find: (slug) => this.devices.get(slug),
      run: (device_id, command) => this.run(device_id, command),
      press: (device_id, press) => this.presses.push([device_id, press]),
      confirmed: (confirmed) => this.confirmed.push([confirmed, this.told.length]),
      report: (error) => this.reports.push(error),
      command_ms: COMMAND_MS,
    })
    this.desk.start()
  }

  /** As the broker brings it. */
  say(topic: string, payload: unknown, message: Partial<ReceivedMessage> = {}): void {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    for (const [filter, listener] of this.listeners) {
      if (topicMatcher(filter)(topic)) listener({ topic, payload: text, retain: false, ...message })
    }
  }

  /** All that was told, by topic. */
  results(topic = 'kasa/plug/result'): ToldResult[] {
    return this.told.flatMap((each) => (each.topic === topic ? [JSON.parse(each.payload) as ToldResult] : []))
  }

  /** The commands that devices have been given, in order. */
  get commands(): Command[] {
    return this.runs.map(({ command }) => command)
  }

  /** The newest run ends well, and what follows from that happens. */
  async finish(changes?: Partial<Reading>): Promise<void> {
    this.runs.at(-1)?.done(changes)
    await settled()
  }

  private run(device_id: string, command: Command): Promise<Reading | undefined> {
    return new Promise((resolve, reject) => {
      this.runs.push({
        ...{ device_id, command },
        done: (changes) => resolve(reading({ device_id, ...changes })),
        handedOn: () => resolve(undefined),
        failed: reject,
      })
    })
  }
}

export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
