import type { DeviceFeature, DeviceKind } from '../../../../domain/device'
import { MonitorError } from '../../../../domain/errors'
import { flagOf, idOf, listOf, numberOf, objectOf, textOf, type JsonObject } from '../../json'
import { lightPresetsIn } from '../../light-presets'
import { extenderSysinfo } from './range-extender'

const ID_LENGTH = 128
const ALIAS_LENGTH = 256
const MODEL_LENGTH = 64
const VERSION_LENGTH = 64
const MAXIMUM_OUTLETS = 32
const SHORT_ID_LENGTH = 2

/** The part of a device's answer that says what it is and how it is; checked to be an object without an error. */
export type Sysinfo = JsonObject

/** An outlet as its strip describes it. */
export interface OutletState {
  readonly device_id: string
  /** What `context.child_ids` wants. */
  readonly child_id: string
  readonly alias: string
  readonly on: boolean | undefined
  /** As the strip tells it, in s; some count on while the outlet is off (KP303). */
  readonly on_time: unknown
}

/** @throws MonitorError `REPLY_INVALID` where the reply does not describe a device */
export function sysinfoOf(reply: JsonObject): Sysinfo {
  const answer = objectOf(objectOf(reply.system)?.get_sysinfo)
  const sysinfo = answer && unwrapped(answer)
  if (sysinfo && (numberOf(sysinfo.err_code) ?? 0) === 0) return sysinfo
  throw new MonitorError('REPLY_INVALID', 'the reply does not describe a device')
}

/** Cameras (EC60) and range extenders wrap it once more; what they are stands inside. */
function unwrapped(answer: JsonObject): JsonObject {
  const system = objectOf(answer.system)
  if (!system) return answer
  return objectOf(answer.plug) ? extenderSysinfo(answer, system) : system
}

/** @throws MonitorError `REPLY_INVALID` where the device has neither an id nor a MAC */
export function deviceIdOf(sysinfo: Sysinfo): string {
  const id = idOf(sysinfo.deviceId) ?? macOf(sysinfo)
  if (id !== undefined) return id
  throw new MonitorError('REPLY_INVALID', 'the device has neither an id nor a MAC')
}

/** Upper case with colons, however the device writes it. */
export function macOf(sysinfo: Sysinfo): string | undefined {
  const given = sysinfo.mac ?? sysinfo.mic_mac ?? sysinfo.ethernet_mac
  if (typeof given !== 'string' || given.length > 17) return undefined
  const digits = given.replace(/[:-]/g, '').toUpperCase()
  return /^[0-9A-F]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined
}

export function modelOf(sysinfo: Sysinfo): string {
  return textOf(sysinfo.model, MODEL_LENGTH) ?? 'unknown'
}

export function aliasOf(sysinfo: Sysinfo): string {
  return textOf(sysinfo.alias, ALIAS_LENGTH) ?? ''
}

export function firmwareOf(sysinfo: Sysinfo): string | undefined {
  return textOf(sysinfo.sw_ver, VERSION_LENGTH)
}

export function hardwareOf(sysinfo: Sysinfo): string | undefined {
  return textOf(sysinfo.hw_ver, VERSION_LENGTH)
}

/**
 * What the device is, by the words in its type and name.
 * @throws MonitorError `DEVICE_UNSUPPORTED` for cameras and whatever else is neither plug nor bulb
 */
export function kindOf(sysinfo: Sysinfo): DeviceKind {
  const type = typeOf(sysinfo)
  const name = (textOf(sysinfo.dev_name, ALIAS_LENGTH) ?? '').toLowerCase()
  if (type.includes('smartbulb')) return sysinfo.length === undefined ? 'bulb' : 'light-strip'
  if (!type.includes('smartplug')) throw unsupported(sysinfo, type)
  if (listOf(sysinfo.children).length > 0) return 'strip'
  if (name.includes('dimmer')) return 'dimmer'
  return name.includes('light') ? 'switch' : 'plug'
}

function typeOf(sysinfo: Sysinfo): string {
  return (textOf(sysinfo.type, ID_LENGTH) ?? textOf(sysinfo.mic_type, ID_LENGTH) ?? '').toLowerCase()
}

function unsupported(sysinfo: Sysinfo, type: string): MonitorError {
  return new MonitorError('DEVICE_UNSUPPORTED', `${modelOf(sysinfo)} ${whyNot(type)}`)
}

function whyNot(type: string): string {
  if (type.includes('camera')) return 'is a camera: cameras and doorbells are not supported'
  return type === '' ? 'names no type, so it cannot be read' : `is of the type ${type}, which is not supported`
}

export function isLight(kind: DeviceKind): boolean {
  return kind === 'bulb' || kind === 'light-strip'
}

/** Plugs and strips say that they have a meter; every bulb may have one. */
export function mayHaveMeter(sysinfo: Sysinfo, kind: DeviceKind): boolean {
  return isLight(kind) || hasFeature(sysinfo, 'ENE')
}

function hasFeature(sysinfo: Sysinfo, letters: string): boolean {
  return textOf(sysinfo.feature, ALIAS_LENGTH)?.includes(letters) ?? false
}

/** Wall switches that are known to have one; no other device is asked, because it might not bear it. */
export function hasMotionSensor(sysinfo: Sysinfo): boolean {
  return /^(ES20M|KS200M|KS220M)\b/.test(modelOf(sysinfo))
}

export function featuresOf(sysinfo: Sysinfo, kind: DeviceKind): DeviceFeature[] {
  // How to switch the plug of a range extender is not known (https://github.com/plasticrake/tplink-smarthome-api/issues/15).
  const features: DeviceFeature[] = typeOf(sysinfo).includes('rangeextender') ? [] : ['relay']
  if (mayHaveMeter(sysinfo, kind)) features.push('energy')
  if (mayHaveMeter(sysinfo, kind) && kind !== 'strip') features.push('recorded-energy')
  if (kind === 'dimmer' || flagOf(sysinfo.is_dimmable)) features.push('brightness')
  if (flagOf(sysinfo.is_color)) features.push('color')
  if (flagOf(sysinfo.is_variable_color_temp)) features.push('color-temperature')
  if (objectOf(sysinfo.lighting_effect_state)) features.push('effect')
  if (flagOf(sysinfo.led_off) !== undefined) features.push('led')
  if (hasFeature(sysinfo, 'TIM') && kind !== 'strip') features.push('countdown')
  if (isLight(kind) && lightPresetsIn(sysinfo.preferred_state).length > 0) features.push('light-preset')
  if (hasMotionSensor(sysinfo)) features.push('motion-sensor')
  // A copy, because an array that grew has room for 17 items.
  return features.slice()
}

export function outletFeaturesOf(sysinfo: Sysinfo): DeviceFeature[] {
  const features: DeviceFeature[] = ['relay']
  if (hasFeature(sysinfo, 'ENE')) features.push('energy', 'recorded-energy')
  if (hasFeature(sysinfo, 'TIM')) features.push('countdown')
  return features
}

/** The outlets of a strip in their order. Over UDP their ids are cut to the last two characters. */
export function outletsOf(sysinfo: Sysinfo, device_id: string): OutletState[] {
  const outlets: OutletState[] = []
  for (const item of listOf(sysinfo.children).slice(0, MAXIMUM_OUTLETS)) {
    const child = objectOf(item)
    const id = idOf(child?.id)
    if (!child || id === undefined) continue
    const child_id = id.length <= SHORT_ID_LENGTH ? device_id + id : id
    const outlet_id = child_id.startsWith(device_id) ? child_id : device_id + child_id
    if (outlet_id.length > ID_LENGTH) continue
    outlets.push({
      device_id: outlet_id,
      child_id,
      alias: textOf(child.alias, ALIAS_LENGTH) ?? '',
      on: flagOf(child.state),
      on_time: child.on_time,
    })
  }
  return outlets
}
