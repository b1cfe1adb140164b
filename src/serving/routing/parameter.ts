/** A text as a path or a query has it. A JSON Schema, as all of these are. */
export interface TextSchema {
  readonly type: 'string'
  readonly enum?: readonly string[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly default?: string
}
export interface NumberSchema {
  readonly type: 'integer' | 'number'
  readonly minimum: number
  readonly maximum: number
  readonly default?: number
}
export interface BooleanSchema {
  readonly type: 'boolean'
  readonly default?: boolean
}
/** Separated by commas, each of them once. */
export interface ListSchema {
  readonly type: 'array'
  readonly items: TextSchema
  readonly maxItems: number
  readonly uniqueItems: true
}
export type ParameterSchema = TextSchema | NumberSchema | BooleanSchema | ListSchema

/** One name that a path or a query may have. */
export interface Parameter {
  readonly in: 'path' | 'query'
  readonly description: string
  readonly schema: ParameterSchema
  /** Of a query: it has to be there. A path has all of its own. */
  readonly required?: true
}

/** By name. */
export type Parameters = Readonly<Record<string, Parameter>>

type TextOf<Schema extends TextSchema> = Schema extends { readonly enum: readonly (infer Choice)[] } ? Choice : string

type ValueOf<Schema extends ParameterSchema> = Schema extends ListSchema
  ? readonly TextOf<Schema['items']>[]
  : Schema extends NumberSchema
    ? number
    : Schema extends BooleanSchema
      ? boolean
      : Schema extends TextSchema
        ? TextOf<Schema>
        : never

type Always = { readonly in: 'path' } | { readonly required: true } | { readonly schema: { readonly default: unknown } }

/** What a handler gets: checked, and with defaults. */
export type ValuesOf<Of extends Parameters> = {
  readonly [Name in keyof Of]: Of[Name] extends Always
    ? ValueOf<Of[Name]['schema']>
    : ValueOf<Of[Name]['schema']> | undefined
}
