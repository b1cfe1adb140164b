import type { Device, DeviceKind } from '../../../../domain/device'

type Range = NonNullable<Device['color_temp_range']>

/** Of models that differ from their kind: devices of this protocol do not tell it (data sheets of the maker). */
const RANGES: readonly (readonly [model: RegExp, minimum_k: number, maximum_k: number])[] = [
  [/^KL120\(US\)/, 2700, 5000],
  [/^KL125/, 2500, 6500],
  [/^(KB130|KL13|LB130|LB230)/, 2500, 9000],
]
/** As KL430, and those that came later (python-kasa #1757). */
const STRIP: Range = { minimum_k: 2500, maximum_k: 9000 }
/** As LB120, and KL120 elsewhere. */
const BULB: Range = { minimum_k: 2700, maximum_k: 6500 }

export function colorTemperaturesOf(model: string, kind: DeviceKind): Range {
  const known = RANGES.find(([pattern]) => pattern.test(model))
  if (!known) return kind === 'light-strip' ? STRIP : BULB
  const [, minimum_k, maximum_k] = known
  return { minimum_k, maximum_k }
}
