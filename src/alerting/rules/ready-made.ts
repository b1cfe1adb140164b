import { parseRules } from './parse-rules'
import { READY_MADE_FOR_DEVICES } from './ready-made-devices'
import { READY_MADE_FOR_HOSTS } from './ready-made-hosts'
import type { ReadyMade, WrittenReadyMade } from './ready-made-rule'

const WRITTEN: WrittenReadyMade = { ...READY_MADE_FOR_DEVICES, ...READY_MADE_FOR_HOSTS }
const RULES = parseRules(
  Object.entries(WRITTEN).map(([id, { rule }]) => ({ id, ...rule })),
  'ready-made',
)

export const READY_MADE: readonly ReadyMade[] = RULES.map((rule) => ({
  id: rule.id,
  rule,
  written: { id: rule.id, ...WRITTEN[rule.id]?.rule },
  description: WRITTEN[rule.id]?.description ?? '',
}))
