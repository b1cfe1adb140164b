import type { Tariff } from '../../src/domain/tariffs/tariff'

/** What a tariff node offers to the nodes that choose it. */
export interface TariffService {
  readonly tariff: Tariff
}
