import type { DeviceKind } from '../../../domain/device'
import { MonitorError } from '../../../domain/errors'
import { objectOf, parseObject, textOf, type JsonObject } from '../json'
import { macOf } from '../protocols/iot/sysinfo'
import { announcedOf, type Announced } from './announced-dialect'
import { kindOf } from './announced-kind'

const TEXT_LENGTH = 128

/** What a device tells to everybody who asks on port 20002 or 20004. */
export interface TdpAnswer extends Announced {
  /** Upper case with colons. */
  readonly mac: string
  /** With region, mostly: `P110(EU)`, but `P100`. */
  readonly model: string
  /** `SMART.TAPOPLUG`, `IOT.SMARTPLUGSWITCH`, ... */
  readonly device_type: string
  readonly kind: DeviceKind
  readonly firmware?: string
  readonly hardware?: string
  /** Nobody's yet: it knows no account. */
  readonly factory_default: boolean
  /** MD5 of the account's name, in hexadecimal digits. */
  readonly owner?: string
  /** Not the id that the device has in its own replies. */
  readonly tdp_device_id?: string
}

/** Opens `encrypt_info`; undefined where that is none or not for us. */
export type OpenEncrypted = (encrypt_info: JsonObject) => JsonObject | undefined

/**
 * What the payload of a packet says.
 * @throws MonitorError `REPLY_INVALID` where it does not say which device it is from
 */
export function answerOf(payload: Buffer, open?: OpenEncrypted): TdpAnswer {
  const answer = parseObject(payload.toString('utf8'))
  const result = objectOf(answer.result)
  const device_type = textOf(result?.device_type, TEXT_LENGTH)
  const mac = result && macOf(result)
  if (answer.error_code !== 0 || !result || device_type === undefined || mac === undefined) {
    throw new MonitorError('REPLY_INVALID', 'the answer does not describe a device')
  }
  const encrypted = objectOf(result.encrypt_info)
  const opened = encrypted && open?.(encrypted)
  const model = textOf(result.device_model, TEXT_LENGTH) ?? 'unknown'
  return {
    ...{ mac, model, device_type },
    kind: kindOf(device_type, model),
    factory_default: result.factory_default === true,
    ...announcedOf(result, device_type, opened),
    ...texts({
      firmware: result.firmware_version ?? result.fw_ver,
      hardware: result.hardware_version ?? result.hw_ver,
      owner: result.owner ?? opened?.owner,
      tdp_device_id: result.device_id,
    }),
  }
}

type TextKey = 'firmware' | 'hardware' | 'owner' | 'tdp_device_id'

/** What the device did not say is absent. */
function texts(given: Readonly<Record<TextKey, unknown>>): Partial<Record<TextKey, string>> {
  const found: Partial<Record<TextKey, string>> = {}
  for (const key of Object.keys(given) as TextKey[]) {
    const text = textOf(given[key], TEXT_LENGTH)
    if (text !== undefined) found[key] = text
  }
  return found
}
