/** Of an effect, in the words of the device. Colours are hue, saturation and brightness, in ° and %; times are in ms. */
export interface EffectParameters {
  readonly type: 'sequence' | 'random' | 'pulse'
  readonly [key: string]: EffectValue
}

export type EffectValue = string | number | readonly number[] | readonly (readonly number[])[]

/** One of the effects that the apps offer. Strips do not keep them: the app sends all of it each time. */
export interface StripEffect {
  readonly name: string
  /** What the device and the app know it by; absent: strips of that protocol come without it. */
  readonly ids: { readonly iot?: string; readonly smart: string }
  /** The colours that the app shows for it. */
  readonly shown: readonly (readonly number[])[]
  readonly parameters: EffectParameters
}

/** `120,100,100 240,100,100` as lists of numbers. */
export function colors(...texts: string[]): readonly (readonly number[])[] {
  return texts.flatMap((text) => text.split(' ').map((color) => color.split(',').map(Number)))
}
