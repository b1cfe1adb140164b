import { invalid } from './errors'

// Usable as the `properties` of a JSON Schema.

export interface NumberOption {
  readonly type: 'integer'
  readonly minimum: number
  readonly maximum: number
  readonly default: number
  readonly description: string
}
export interface ChoiceOption<Choice extends string = string> {
  readonly type: 'string'
  readonly enum: readonly Choice[]
  readonly default: Choice
  readonly description: string
}
export type Option = NumberOption | ChoiceOption

export type ValuesOf<Options extends Readonly<Record<string, Option>>> = {
  readonly [Key in keyof Options]: Options[Key] extends ChoiceOption<infer Choice> ? Choice : number
}

export function whole(minimum: number, maximum: number, value: number, description: string): NumberOption {
  return { type: 'integer', minimum, maximum, default: value, description }
}

/** The first is the default. */
export function choice<Choice extends string>(choices: readonly Choice[], description: string): ChoiceOption<Choice> {
  return { type: 'string', enum: choices, default: choices[0] as Choice, description }
}

/** What was given, the rest by default. @throws MonitorError `CONFIG_INVALID` naming the setting, its value and range */
export function parseOptions<Options extends Readonly<Record<string, Option>>>(
  options: Options,
  given: Readonly<Record<string, unknown>>,
): ValuesOf<Options> {
  const entries = Object.entries(options).map(([key, option]) => [key, valueOf(key, option, given[key])])
  return Object.fromEntries(entries) as ValuesOf<Options>
}

function valueOf(key: string, option: Option, value: unknown): number | string {
  if (value === undefined) return option.default
  if (option.type === 'string') {
    if (typeof value === 'string' && option.enum.includes(value)) return value
    throw invalid('CONFIG_INVALID', key, value, `one of ${option.enum.join(', ')}`)
  }
  const { minimum, maximum } = option
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid('CONFIG_INVALID', key, value, `a whole number from ${minimum} to ${maximum}`)
}
