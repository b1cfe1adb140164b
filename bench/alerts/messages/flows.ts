import { deviceId, FOR_S, limitOf, rulesOf, type Spread } from '../rules'

const placed = { z: 'tab', x: 0, y: 0 } as const
export const CONTENDERS = ['kasa-alert', 'switch and trigger'] as const
export type Contender = (typeof CONTENDERS)[number]

/** A flow with so many rules. Readings go into `in`; a reading is dealt with when the `last` nodes have had it, `times` of them. */
export interface AlertFlow {
  readonly nodes: readonly object[]
  readonly last: string
  readonly times: number
}

export function flowOf(contender: Contender, spread: Spread, count: number): AlertFlow {
  if (contender === 'kasa-alert') return alertFlow(spread, count)
  return spread === 'own' ? routedFlow(count) : wiredFlow(count)
}

function alertFlow(spread: Spread, count: number): AlertFlow {
  const settings = { rules: rulesOf(spread, count), maximum_per_hour: 0 }
  const nodes = [{ ...placed, id: 'in', type: 'kasa-alert', ...settings, wires: [[], [], [], []] }]
  return { nodes, last: 'in', times: 1 }
}

/** One switch sends each device's readings to the threshold of its own; devices without a rule go nowhere. */
function routedFlow(count: number): AlertFlow {
  const rules = Array.from({ length: count }, (_, index) => ({ t: 'eq', v: deviceId(index), vt: 'str' }))
  const wires = [...rules.map((_, index) => [`switch-${index}`]), ['rest']]
  const router = { property: 'topic', propertyType: 'msg', rules: [...rules, { t: 'else' }], checkall: 'false' }
  const rest = { ...placed, id: 'rest', type: 'junction', wires: [[]] }
  const nodes = [{ ...placed, id: 'in', type: 'switch', ...router, outputs: count + 1, wires }, rest]
  return { nodes: [...nodes, ...thresholds('own', count)], last: 'trigger-', times: 1 }
}

/** Every reading goes to every threshold. */
function wiredFlow(count: number): AlertFlow {
  const wires = [Array.from({ length: count }, (_, index) => `switch-${index}`)]
  const source = { ...placed, id: 'in', type: 'change', rules: [], wires }
  return { nodes: [source, ...thresholds('every', count)], last: 'trigger-', times: count }
}

/** Over the limit for a minute: the trigger sends then, unless a value that is not over it has reset it, each device for itself. */
function thresholds(spread: Spread, count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const limit = String(limitOf(spread, index))
    const rules = [{ t: 'gt', v: limit, vt: 'num' }, { t: 'else' }]
    const reset = [{ t: 'set', p: 'reset', pt: 'msg', to: 'true', tot: 'bool' }]
    const wait = { op1type: 'nul', op2type: 'pay', duration: String(FOR_S), units: 's', extend: false }
    return [
      {
        ...{
          ...placed,
          id: `switch-${index}`,
          type: 'switch',
          property: 'payload.power_w',
          propertyType: 'msg',
          rules,
        },
        ...{ checkall: 'false', outputs: 2, wires: [[`trigger-${index}`], [`reset-${index}`]] },
      },
      { ...placed, id: `reset-${index}`, type: 'change', rules: reset, wires: [[`trigger-${index}`]] },
      { ...placed, id: `trigger-${index}`, type: 'trigger', ...wait, bytopic: 'topic', topic: 'topic', wires: [[]] },
    ]
  }).flat()
}
