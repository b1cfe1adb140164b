import type { Tariff } from '../../domain/tariffs/tariff'
import { refuse } from './refuse'
import type { ConditionRule } from './rule'

export type RuleTariff = Pick<Tariff, 'currency'>

/**
 * Gives a cost without a price of its own the currency of the tariff that it goes by. With another currency it is another
 * condition, which begins anew.
 * @throws MonitorError `CONFIG_INVALID` naming the path, where there is no tariff either
 */
export function priced(condition: ConditionRule, at: string, tariff: RuleTariff | undefined): ConditionRule {
  if ('conditions' in condition) {
    const { kind, conditions } = condition
    return { kind, conditions: conditions.map((one, index) => priced(one, `${at}.conditions[${index}]`, tariff)) }
  }
  if (condition.kind !== 'cost' || condition.price_per_kwh !== undefined) return condition
  if (tariff) return { ...condition, currency: tariff.currency }
  return refuse(`${at}.price_per_kwh`, undefined, 'a number, or a tariff that the node has chosen')
}
