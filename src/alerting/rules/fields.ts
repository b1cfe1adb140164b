import { WEEKDAYS } from '../../domain/calendar'

export { WEEKDAYS, type Weekday } from '../../domain/calendar'

/** What a person may write into one field of a rule. Schema, dialog, help and types come from these tables. */
export interface NumberField {
  readonly type: 'number'
  readonly minimum: number
  readonly maximum: number
  readonly unit?: string
  readonly whole?: true
  readonly default?: number
  readonly optional?: true
}
export interface BooleanField {
  readonly type: 'boolean'
  readonly default: boolean
}
export interface TextField {
  readonly type: 'text'
  readonly maximum_length: number
  /** A regular expression, in words. */
  readonly pattern?: { readonly expression: string; readonly means: string }
  readonly default?: string
  readonly optional?: true
}
export interface ChoiceField<Value extends string = string> {
  readonly type: 'choice'
  readonly values: readonly Value[]
  readonly default?: Value
}
/** A list of texts, or of numbers. */
export interface ListField<Item extends TextField | NumberField = TextField | NumberField> {
  readonly type: 'list'
  readonly item: Item
  readonly minimum_length?: number
  readonly maximum_length: number
  readonly default: readonly (Item extends TextField ? string : number)[]
}
/** Names with texts, such as `{ "room": "kitchen" }`. */
export interface LabelsField {
  readonly type: 'labels'
  readonly maximum_length: number
  readonly default: Readonly<Record<string, string>>
}
/** What a reading or a measurement may hold: a number, true or false, or a text. */
export interface ValueField {
  readonly type: 'value'
}
export type Field = NumberField | BooleanField | TextField | ChoiceField | ListField | LabelsField | ValueField
export type Fields = Readonly<Record<string, Field>>

type ContentOf<F extends Field> = F extends NumberField
  ? number
  : F extends BooleanField
    ? boolean
    : F extends ChoiceField<infer Value>
      ? Value
      : F extends TextField
        ? string
        : F extends ListField<infer Item>
          ? readonly (Item extends TextField ? string : number)[]
          : F extends LabelsField
            ? Readonly<Record<string, string>>
            : number | boolean | string

type OptionalKeys<F extends Fields> = {
  [Key in keyof F]: F[Key] extends { readonly optional: true } ? Key : never
}[keyof F]

/** The content of the fields once it has been checked: those with a default are there. */
export type ContentsOf<F extends Fields> = {
  readonly [Key in Exclude<keyof F, OptionalKeys<F>>]: ContentOf<F[Key]>
} & { readonly [Key in OptionalKeys<F>]?: ContentOf<F[Key]> }

export const DAY_S = 86_400

/** Any number that is one. */
export function quantity(unit?: string): NumberField {
  return { type: 'number', minimum: -1e12, maximum: 1e12, ...(unit !== undefined && { unit }) }
}

/** A duration in seconds, up to a week where nothing else is said. */
export function seconds<Default extends number>(value: Default, minimum = 0, maximum = 7 * DAY_S) {
  return { type: 'number', minimum, maximum, unit: 's', default: value } as const
}

/** The name of a value: of a reading, such as `power_w`, or of any measurement, such as `host.cpu_pct`. */
export function keyField<Default extends string>(value: Default) {
  return { type: 'text', maximum_length: 64, pattern: KEY_PATTERN, default: value } as const
}

const KEY_PATTERN = { expression: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', means: 'letters, digits, _ . and -' } as const

/** Local time of day. */
export function timeOfDay<Default extends string>(value: Default) {
  return { type: 'text', maximum_length: 5, pattern: TIME_PATTERN, default: value } as const
}

const TIME_PATTERN = { expression: '^([01]\\d|2[0-3]):[0-5]\\d$', means: 'a time such as 22:30' } as const

/** Days on which a span begins; none means every day. */
export const DAYS = {
  type: 'list',
  item: {
    type: 'text',
    maximum_length: 3,
    pattern: { expression: `^(${WEEKDAYS.join('|')})$`, means: `one of ${WEEKDAYS.join(', ')}` },
  },
  maximum_length: 7,
  default: [],
} as const satisfies ListField
