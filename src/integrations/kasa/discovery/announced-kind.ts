import type { DeviceKind } from '../../../domain/device'

/** By the word in the device type; models among them differ. */
const KINDS: readonly (readonly [word: string, kind: DeviceKind])[] = [
  ['PLUG', 'plug'],
  ['SWITCH', 'switch'],
  ['BULB', 'bulb'],
  ['HUB', 'hub'],
]

const DIMMER = /^(S\d+D|HS220|KS220|KS225|KS230|ES20|KP405|P135)/

/** What several models of one device type are, by how their names begin. */
const MODELS: Partial<Record<DeviceKind, readonly (readonly [model: RegExp, kind: DeviceKind])[]>> = {
  plug: [
    [/^(HS107|HS300|KP200|KP303|KP400|EP40|P210|P30\d|P316|P400|TP25)/, 'strip'],
    [DIMMER, 'dimmer'],
    [/^(HS|KS)2/, 'switch'],
  ],
  switch: [[DIMMER, 'dimmer']],
  bulb: [[/^(L9\d\d|KL4\d\d)/, 'light-strip']],
}

/** What a device is, as far as its type and model tell; it says so itself, and better, once it is spoken to. */
export function kindOf(device_type: string, model: string): DeviceKind {
  // Plugs come first, because all of the first generation, wall switches too, are an `IOT.SMARTPLUGSWITCH`.
  const kind = KINDS.find(([word]) => device_type.toUpperCase().includes(word))?.[1] ?? 'other'
  return MODELS[kind]?.find(([name]) => name.test(model))?.[1] ?? kind
}
