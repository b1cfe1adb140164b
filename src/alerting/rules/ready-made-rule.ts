import type { Rule } from './rule'

/** A rule that a person takes as it is, or begins with. */
export interface ReadyMade {
  readonly id: string
  readonly rule: Rule
  /** The same without what is left to defaults, as a person would write it. */
  readonly written: Readonly<Record<string, unknown>>
  /** One sentence. */
  readonly description: string
}

/** By their ids, as they are written: without what is left to defaults. */
export type WrittenReadyMade = Readonly<Record<string, { readonly description: string; readonly rule: object }>>
