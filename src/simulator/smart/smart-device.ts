import type { Json } from '../answer'
import type { SmartModel, Surroundings } from '../device-model'
import type { Hub } from '../hub'
import type { Outlet } from '../outlet'
import { answerSmart, DONE, NOT_UNDERSTOOD, type Party } from './answer'

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
  readonly hub?: Hub
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
    private readonly surroundings: Pick<Surroundings, 'instead' | 'behaviours'>,
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

  get hub(): Hub | undefined {
    return this.options.hub
  }

  get discovery(): Json {
    return this.options.discovery ?? {}
  }

  answer(text: string): string {
    const { behaviours } = this.surroundings
    const other = behaviours.get('other-device')
    const party = other ? underOtherName(this.options.party, other) : this.options.party
    return answerSmart(text, party, (method) => {
      return this.surroundings.instead(method) ?? (behaviours.has('clock-unset') ? WITHOUT_TIME[method] : undefined)
    })
  }
}

/** EP25 that never reached a time server: python-kasa issue 1243. */
const WITHOUT_TIME: Readonly<Record<string, Json>> = {
  get_energy_usage: { error_code: NOT_UNDERSTOOD },
  get_device_time: { error_code: DONE, result: { timestamp: 946_684_800, time_diff: 0, region: '' } },
}

function underOtherName(party: Party, { device_id, mac }: { device_id: string; mac: string }): Party {
  return {
    batches: party.batches,
    child: (id) => party.child(id),
    method: (name) => {
      const method = party.method(name)
      if (name !== 'get_device_info' || !method) return method
      return (asked) => {
        const info = method(asked)
        return typeof info === 'number' ? info : { ...info, device_id, mac: mac.replaceAll(':', '-') }
      }
    },
  }
}
