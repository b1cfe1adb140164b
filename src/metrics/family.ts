import type { DurationCounts } from '../domain/histogram'

export type FamilyType = 'counter' | 'gauge' | 'histogram'
export type Labels = Readonly<Record<string, string>>
/** A histogram has durations. */
export type Value = number | DurationCounts

/** One of several values of the same family, told apart by labels. */
export interface Labelled {
  readonly labels: Labels
  readonly value: Value
}

/** Undefined: not known, and therefore not told. */
export type Told = Value | readonly Labelled[] | undefined

/** What Prometheus calls a metric family: what it means, and where its value stands in what a part of us says of itself. */
export interface Family<Subject> {
  readonly type: FamilyType
  readonly help: string
  /** Beside those that tell subjects apart. */
  readonly labels: readonly string[]
  readonly of: (subject: Subject) => Told
}

/** By name, in the conventions of https://prometheus.io/docs/practices/naming */
export type Families<Subject> = Readonly<Record<`kasa_${string}`, Family<Subject>>>

/** Families of the same subjects. */
export interface Group<Subject> {
  /** As the documentation has it. */
  readonly title: string
  /** Which subject it is. */
  readonly labels: readonly string[]
  readonly families: Families<Subject>
}

type Of<Subject, Answer> = (subject: Subject) => Answer

export function counter<Subject>(help: string, of: Of<Subject, Told>, ...labels: string[]): Family<Subject> {
  return { type: 'counter', help, labels, of }
}

export function gauge<Subject>(help: string, of: Of<Subject, Told>, ...labels: string[]): Family<Subject> {
  return { type: 'gauge', help, labels, of }
}

export function histogram<Subject>(help: string, of: Of<Subject, Told>, ...labels: string[]): Family<Subject> {
  return { type: 'histogram', help, labels, of }
}

/** One series for each state: 1 for that which holds, 0 for the others. */
export function states<Subject>(
  help: string,
  known: readonly string[],
  of: Of<Subject, string | undefined>,
): Family<Subject> {
  const told = (subject: Subject) => {
    const state = of(subject)
    if (state === undefined) return undefined
    return known.map((each) => ({ labels: { state: each }, value: each === state ? 1 : 0 }))
  }
  return gauge(`${help}: 1 for the state that holds, 0 for the others`, told, 'state')
}

/** A value for each key, told apart by the label `name`. */
export function each(name: string, values: Readonly<Record<string, Value | undefined>>): Labelled[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ labels: { [name]: key }, value }],
  )
}

export function seconds(duration_ms: number | undefined): number | undefined {
  return duration_ms === undefined ? undefined : duration_ms / 1000
}

export function ratio(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100
}

export function oneIf(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
