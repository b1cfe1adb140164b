import type { DeviceKind } from '../../../../domain/device'
import { MonitorError } from '../../../../domain/errors'
import { idOf, numberOf, textOf, type JsonObject } from '../../json'
import type { Components } from './components'

const ID_LENGTH = 128
const ALIAS_LENGTH = 256
const MODEL_LENGTH = 64
const VERSION_LENGTH = 64

/** What `get_device_info` says of a device, and the list of children of each child. */
export type DeviceInfo = JsonObject

/** @throws MonitorError `REPLY_INVALID` where the device has neither an id nor a MAC */
export function deviceIdOf(info: DeviceInfo): string {
  const id = idOf(info.device_id) ?? macOf(info)
  if (id !== undefined) return id
  throw new MonitorError('REPLY_INVALID', 'the device has neither an id nor a MAC')
}

/** Upper case with colons, however the device writes it. */
export function macOf({ mac }: DeviceInfo): string | undefined {
  if (typeof mac !== 'string' || mac.length > 17) return undefined
  const digits = mac.replace(/[:-]/g, '').toUpperCase()
  return /^[0-9A-F]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined
}

/** With the region, where the device knows the one that it was made for. */
export function modelOf(info: DeviceInfo): string {
  const model = textOf(info.model, MODEL_LENGTH - 4) ?? 'unknown'
  const { specs } = info
  return typeof specs === 'string' && /^[A-Z]{2}$/.test(specs) && !model.includes('(') ? `${model}(${specs})` : model
}

/** The name that a person gave it; else what it is, and which of several. */
export function aliasOf(info: DeviceInfo): string {
  const nickname = decoded(info.nickname)
  if (nickname !== undefined) return nickname
  const position = numberOf(info.position)
  return position === undefined ? modelOf(info) : `${modelOf(info)} ${position}`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const BASE64_LENGTH = ALIAS_LENGTH * 4

export function decoded(base64: unknown): string | undefined {
  if (typeof base64 !== 'string' || base64.length > BASE64_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return undefined
  }
  try {
    return textOf(utf8.decode(Buffer.from(base64, 'base64')).trim(), ALIAS_LENGTH)
  } catch {
    return undefined
  }
}

export function firmwareOf(info: DeviceInfo): string | undefined {
  return textOf(info.fw_ver, VERSION_LENGTH)
}

export function hardwareOf(info: DeviceInfo): string | undefined {
  return textOf(info.hw_ver, VERSION_LENGTH)
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/**
 * What the device is, by its type and its parts.
 * @throws MonitorError `DEVICE_UNSUPPORTED` for cameras and whatever else has another protocol's type
 */
export function kindOf(info: DeviceInfo, components: Components): DeviceKind {
  const type = (textOf(info.type, ID_LENGTH) ?? '').toUpperCase()
  if (!type.startsWith('SMART.')) throw unsupported(info, type)
  const dims = numberOf(info.brightness) !== undefined
  if (type.endsWith('PLUG') && components.has('child_device')) return 'strip'
  // P135 is a plug that dims.
  if (type.endsWith('PLUG')) return dims ? 'dimmer' : 'plug'
  if (type.endsWith('BULB')) return components.has('light_strip') ? 'light-strip' : 'bulb'
  if (type.endsWith('SWITCH')) return dims ? 'dimmer' : 'switch'
  if (type.endsWith('HUB')) return 'hub'
  return 'other'
}

function unsupported(info: DeviceInfo, type: string): MonitorError {
  const what = type === '' ? 'names no type' : `is of the type ${type}`
  return new MonitorError('DEVICE_UNSUPPORTED', `${modelOf(info)} ${what}, which is not supported`)
}

/** By parts of a child's category; the first that fits counts (categories in python-kasa's dumps). */
const KINDS_BY_CATEGORY: readonly (readonly [part: string, kind: DeviceKind])[] = [
  ['sub-plug', 'outlet'],
  ['sub-fan', 'fan'],
  ['sub-dimmer', 'dimmer'],
  ['sub-bulb', 'bulb'],
  ['subg.trv', 'valve'],
  ['subg.trigger.button', 'button'],
  ['subg.trigger', 'sensor'],
  ['subg.plugswitch.switch', 'switch'],
  ['subg.plugswitch', 'plug'],
  ['subg', 'sensor'],
]

export function childKindOf(info: DeviceInfo): DeviceKind {
  const category = textOf(info.category, ID_LENGTH) ?? ''
  return KINDS_BY_CATEGORY.find(([part]) => category.includes(part))?.[1] ?? 'other'
}

export function isLight(kind: DeviceKind): boolean {
  return kind === 'bulb' || kind === 'light-strip'
}
