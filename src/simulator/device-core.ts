import type { Clock, Random } from '../domain/clock'
import { accessOf, type Access } from './access'
import { answerRequest } from './answer'
import { Behaviours } from './behaviour'
import type { DeviceModel, Surroundings } from './device-model'
import { IotAnswers } from './iot-answers'
import type { AccessOptions } from './models/options'
import { Overrides } from './overrides'
import { RequestLog, type LoggedRequest } from './request-log'
import type { Responder } from './responder'
import { Timers } from './timers'

export interface DeviceCoreOptions {
  readonly host: string
  readonly clock: Clock
  readonly random: Random
  readonly access: AccessOptions
  model(surroundings: Surroundings): DeviceModel
}

/** What a device is and answers, apart from its sockets. */
export class DeviceCore implements Responder {
  readonly requests = new RequestLog()
  readonly behaviours = new Behaviours()
  readonly clock: Clock
  readonly timers: Timers
  readonly model: DeviceModel
  readonly overrides: Overrides
  host: string
  access: Access
  booting = false
  private readonly answer: (text: string) => string | undefined

  constructor(options: DeviceCoreOptions, onReboot: () => void) {
    const { clock, random, host } = options
    const { behaviours, requests } = this
    this.host = host
    this.clock = clock
    this.timers = new Timers(clock)
    this.model = options.model({
      clock,
      random,
      behaviours,
      timers: this.timers,
      instead: (method) => this.overrides.smartReply(method),
      reboot: (delay_ms) => void this.timers.after(delay_ms, onReboot),
    })
    this.access = accessOf(this.model.protocol, options.access)
    this.overrides = new Overrides(behaviours, requests, this.model.protocol)
    this.answer = answerOf(this.model, behaviours, this.overrides)
  }

  get silent(): boolean {
    return this.booting || this.behaviours.has('silence')
  }

  take(over: LoggedRequest['over'], text: string): string | undefined {
    this.requests.took({ timestamp: this.clock.now(), over, text })
    return this.silent ? undefined : this.answer(text)
  }

  /** What is not named stays as it was. */
  updateAccess(changes: AccessOptions): void {
    this.access = accessOf(this.model.protocol, { ...this.access, ...changes })
  }
}

function answerOf(
  model: DeviceModel,
  behaviours: Behaviours,
  overrides: Overrides,
): (text: string) => string | undefined {
  if (model.protocol === 'smart') return (text) => model.answer(text)
  const answers = new IotAnswers(model, behaviours, overrides)
  return (text) => answerRequest(text, answers)
}
