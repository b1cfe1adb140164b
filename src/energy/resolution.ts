import type { BucketLength } from '../domain/local-buckets'
import type { Tariff } from '../domain/tariffs/tariff'

/** Minutes that divide an hour; none is finer, because polls hardly are. */
const LENGTHS = [60, 30, 15, 5]

/** The longest buckets in which neither a price nor a window for demand begins or ends. */
export function resolutionOf(tariff: Tariff | undefined): BucketLength {
  const edges = (tariff?.versions ?? []).flatMap(({ rows, demand_charges }) => [
    ...[...rows, ...demand_charges].flatMap(({ from_minute, to_minute }) => [from_minute, to_minute]),
    ...demand_charges.map(({ minutes }) => minutes),
  ])
  const minutes = LENGTHS.find((length) => edges.every((edge) => edge % length === 0)) ?? (LENGTHS.at(-1) as number)
  return minutes === 60 ? { unit: 'hour', count: 1 } : { unit: 'minute', count: minutes }
}

/** Over how long the mean power is that is shown: as the tariff has it, else an hour. */
export function demandMinutesOf(tariff: Tariff | undefined): number {
  const minutes = (tariff?.versions ?? []).flatMap(({ demand_charges }) =>
    demand_charges.map((charge) => charge.minutes),
  )
  return minutes.length === 0 ? 60 : Math.min(...minutes)
}
