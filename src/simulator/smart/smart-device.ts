import type { Json } from '../answer'
import type { SmartModel, Surroundings } from '../device-model'
import type { Outlet } from '../outlet'
import { answerSmart, type Party } from './answer'

export interface SmartDeviceOptions {
  readonly device_id: string
  readonly mac: string
  /** With region. */
  readonly model: string
  readonly device_type: string
  readonly named: { readonly alias: string }
  readonly outlets: readonly Outlet[]
  readonly party: Party
  readonly discovery?: Json
}

/** A device that knows the newer commands, whatever it is made of. */
export class SmartDevice implements SmartModel {
  readonly protocol = 'smart'
  readonly device_id: string
  readonly mac: string
  readonly model: string
  readonly device_type: string
  readonly outlets: readonly Outlet[]

  constructor(
    private readonly options: SmartDeviceOptions,
    private readonly surroundings: Pick<Surroundings, 'instead'>,
  ) {
    this.device_id = options.device_id
    this.mac = options.mac
    this.model = options.model
    this.device_type = options.device_type
    this.outlets = options.outlets
  }

  get alias(): string {
    return this.options.named.alias
  }

  get discovery(): Json {
    return this.options.discovery ?? {}
  }

  answer(text: string): string {
    return answerSmart(text, this.options.party, (method) => this.surroundings.instead(method))
  }
}
