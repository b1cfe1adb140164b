import { parseRules } from './parse-rules'
import { READY_MADE_FOR_DEVICES } from './ready-made-devices'
import { READY_MADE_FOR_HOSTS } from './ready-made-hosts'
import type { Rule } from './rule'

/** A rule that a person takes as it is, or begins with. */
export interface ReadyMade {
  readonly id: string
  readonly rule: Rule
  /** One sentence. */
  readonly description: string
}

/** As it is written: without what is left to defaults, its id as its key. */
export type WrittenReadyMade = Readonly<Record<string, { readonly description: string; readonly rule: object }>>

const WRITTEN: WrittenReadyMade = { ...READY_MADE_FOR_DEVICES, ...READY_MADE_FOR_HOSTS }
const RULES = parseRules(
  Object.entries(WRITTEN).map(([id, { rule }]) => ({ id, ...rule })),
  'ready-made',
)

export const READY_MADE: readonly ReadyMade[] = RULES.map((rule) => ({
  id: rule.id,
  rule,
  description: WRITTEN[rule.id]?.description ?? '',
}))
