import { parseRules } from './parse-rules'
import type { Rule } from './rule'

/** A rule that a person takes as it is, or begins with. */
export interface ReadyMade {
  readonly id: string
  readonly rule: Rule
  /** One sentence in simple words. */
  readonly description: string
}

const WRITTEN: Readonly<Record<string, { readonly description: string; readonly rule: object }>> = {
  offline: {
    description:
      'A device has stopped answering; from five devices on it is one alert, since then the network is at fault.',
    rule: { name: 'Device offline', condition: { kind: 'offline' }, for_s: 120, many_from: 5 },
  },
}

const rules = parseRules(Object.entries(WRITTEN).map(([id, { rule }]) => ({ id, ...rule })))

export const READY_MADE: readonly ReadyMade[] = rules.map((rule) => ({
  id: rule.id,
  rule,
  description: WRITTEN[rule.id]?.description ?? '',
}))
