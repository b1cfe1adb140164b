import type { Json } from '../../answer'
import type { SmartModule } from '../unit'

const RSSI_DBM = -52
const SSID = 'SIMULATED'
const ALIAS_BYTES = 64
const MAKERS_ID = '0'.repeat(32)

export interface Maker {
  readonly device_type: string
  readonly hardware: string
  readonly firmware: string
  /** How the device tells its model, where that is not the name without its region. */
  readonly told_model?: string
}

/** Whatever has a name that a person gave it. */
export interface Named {
  alias: string
}

export interface WhoItIs {
  readonly device_id: string
  /** As `get_device_info` writes it: devices with dashes, outlets and sensors bare. */
  readonly mac: string
  /** With region: `P110(EU)`; the device tells it without. */
  readonly model: string
}

/** The maker's part of `get_device_info`, and the name. */
export function identity(who: WhoItIs, maker: Maker, named: Named): SmartModule {
  return {
    info: () => ({
      device_id: who.device_id,
      mac: who.mac,
      model: maker.told_model ?? withoutRegion(who.model),
      type: maker.device_type,
      hw_ver: maker.hardware,
      fw_ver: maker.firmware,
      hw_id: MAKERS_ID,
      fw_id: MAKERS_ID,
      oem_id: MAKERS_ID,
      nickname: base64(named.alias),
      avatar: '',
      region: zone(),
      latitude: 0,
      longitude: 0,
      has_set_location_info: false,
    }),
    settings: {
      nickname: (value) => {
        const alias = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
        if (!alias || alias.length === 0 || alias.length > ALIAS_BYTES) return undefined
        return () => {
          named.alias = alias.toString('utf8')
        }
      },
    },
  }
}

/** Of what is in the network itself. */
export const radio: SmartModule = {
  info: (): Json => ({
    rssi: RSSI_DBM,
    signal_level: 3,
    ssid: base64(SSID),
    specs: '',
    lang: 'en_US',
    time_diff: -new Date().getTimezoneOffset(),
  }),
}

function withoutRegion(model: string): string {
  return model.replace(/\(.*/, '')
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

/** The simulated clock shows this machine's local time. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
