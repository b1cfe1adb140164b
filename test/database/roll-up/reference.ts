import type { TimeRange } from '../../../src/database/history/record-source'
import type { Sample } from '../../../src/database/roll-up/sample'

/** Places of the fields in a sample's values. */
export interface Places {
  readonly on: number
  readonly power_w: number
  readonly energy_kwh: number
  readonly energy_total_kwh: number
}

export interface ReferenceField {
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
  readonly p50: number
  readonly p95: number
  readonly held_s: number
}

export interface ReferenceRow {
  readonly timestamp: number
  readonly samples: number
  readonly covered_s: number
  readonly first_timestamp: number | undefined
  readonly last_timestamp: number | undefined
  readonly energy_kwh: number | undefined
  readonly energy_source: string | undefined
  readonly energy_integral_kwh: number | undefined
  readonly resets: number
  readonly on_s: number | undefined
  readonly switches: number | undefined
  readonly fields: ReadonlyMap<number, ReferenceField>
}

const MS_W_PER_KWH = 3.6e9
const HOUR = 3_600_000

/**
 * What is to be known of one bucket, by looking at every single millisecond of it, and at all good samples for each: slow, and
 * without anything of what is tested, but for many suspect samples in a row.
 */
export function referenceRow(
  samples: readonly Sample[],
  bucket: TimeRange,
  gap: number,
  places: Places,
  fields: readonly number[],
): ReferenceRow | undefined {
  const good = samples.filter(({ suspect }) => !suspect)
  const inside = good.filter(({ timestamp }) => timestamp >= bucket.from && timestamp < bucket.to)
  const moments = range(bucket)
  const covered = moments.filter((now) => good.some(({ timestamp }) => timestamp <= now && now < timestamp + gap))
  const found = new Map<number, ReferenceField>()
  for (const place of fields) {
    const field = fieldOf(moments.map((now) => held(good, now, gap, place)))
    if (field !== undefined) found.set(place, field)
  }
  const energy = energyOf(good, bucket, gap, places)
  if (inside.length === 0 && covered.length === 0 && energy.energy_kwh === undefined) return undefined
  const power = known(moments.map((now) => held(good, now, gap, places.power_w)))
  const on = known(moments.map((now) => held(good, now, gap, places.on)))
  return {
    timestamp: bucket.from,
    samples: inside.length,
    covered_s: covered.length / 1000,
    first_timestamp: inside[0]?.timestamp,
    last_timestamp: inside.at(-1)?.timestamp,
    ...energy,
    energy_integral_kwh: power.length === 0 ? undefined : sum(power) / MS_W_PER_KWH,
    on_s: on.length === 0 ? undefined : sum(on) / 1000,
    switches: on.length === 0 ? undefined : switchesIn(good, bucket, gap, places.on),
    fields: found,
  }
}

function range({ from, to }: TimeRange): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function known(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined)
}

function has(sample: Sample | undefined, place: number): sample is Sample {
  return sample !== undefined && !sample.suspect && !Number.isNaN(sample.values[place])
}

function held(good: readonly Sample[], now: number, gap: number, place: number): number | undefined {
  const said = good.findLast((one) => one.timestamp <= now && has(one, place))
  return said !== undefined && now < said.timestamp + gap ? said.values[place] : undefined
}

function fieldOf(values: readonly (number | undefined)[]): ReferenceField | undefined {
  const sorted = known(values).sort((one, other) => one - other)
  if (sorted.length === 0) return undefined
  const at = (part: number) => sorted[Math.ceil((part * sorted.length) / 100) - 1] as number
  return {
    mean: sum(sorted) / sorted.length,
    minimum: sorted[0] as number,
    maximum: sorted.at(-1) as number,
    p50: at(50),
    p95: at(95),
    held_s: sorted.length / 1000,
  }
}

/** From the last one before that said it, where that is near, or nothing came between. */
function before(samples: readonly Sample[], index: number, gap: number, place: number): Sample | undefined {
  const sample = samples[index] as Sample
  const said = samples.slice(0, index).findLast((one) => has(one, place))
  if (said === undefined) return undefined
  return said === samples[index - 1] || sample.timestamp - said.timestamp <= gap ? said : undefined
}

function switchesIn(samples: readonly Sample[], { from, to }: TimeRange, gap: number, on: number): number {
  return samples.filter((sample, index) => {
    const last = before(samples, index, gap, on)
    const isInside = sample.timestamp >= from && sample.timestamp < to
    return isInside && has(sample, on) && last !== undefined && last.values[on] !== sample.values[on]
  }).length
}

/** Each stretch between two samples on its own, millisecond by millisecond. */
function energyOf(samples: readonly Sample[], bucket: TimeRange, gap: number, places: Places) {
  let counted: number | undefined
  let integrated: number | undefined
  let resets = 0
  for (let index = 0; index <= samples.length; index += 1) {
    const sample = samples[index]
    const previous = samples[index - 1]
    const from = Math.max(bucket.from, previous?.timestamp ?? -Infinity)
    const moments = range({ from, to: Math.min(bucket.to, sample?.timestamp ?? Infinity) })
    const integrate = () => {
      const watts = known(moments.map((now) => held(samples, now, gap, places.power_w)))
      if (watts.length > 0) integrated = (integrated ?? 0) + sum(watts) / MS_W_PER_KWH
    }
    const lastOf = (place: number) => {
      const seen = samples.slice(0, index).findLast((one) => has(one, place))
      const isOfLate = seen === previous || (sample?.timestamp ?? Infinity) - (seen?.timestamp ?? 0) <= gap
      return isOfLate ? seen : undefined
    }
    // The device's own counts only where ours has not been seen of late.
    const place = lastOf(places.energy_kwh) ? places.energy_kwh : places.energy_total_kwh
    const seen = lastOf(place)
    if (seen === undefined) integrate()
    else if (has(sample, place)) {
      const [old_kwh, new_kwh] = [seen.values[place] as number, sample.values[place] as number]
      const hours = place === places.energy_kwh ? Infinity : (sample.timestamp - seen.timestamp) / HOUR
      const used =
        new_kwh < old_kwh
          ? usedInFall(old_kwh, new_kwh, (sample.timestamp - seen.timestamp) / HOUR)
          : usedInRise(old_kwh, new_kwh, hours)
      const isNear = sample.timestamp - seen.timestamp <= gap
      const isInside = sample.timestamp >= bucket.from && sample.timestamp < bucket.to
      if (new_kwh < 0.9 * old_kwh && isInside) resets += 1
      if (used === undefined) {
        if (isNear) integrate()
      } else if (isNear && seen === previous) {
        const share = moments.length / (sample.timestamp - seen.timestamp)
        if (share > 0) counted = (counted ?? 0) + used * share
      } else if (isInside) counted = (counted ?? 0) + used
    }
  }
  const energy_kwh = counted === undefined ? integrated : Math.max(0, counted) + (integrated ?? 0)
  const source = counted === undefined ? 'integral' : integrated === undefined ? 'counter' : 'mixed'
  return { energy_kwh, energy_source: energy_kwh === undefined ? undefined : source, resets }
}

function usedInRise(old_kwh: number, new_kwh: number, hours: number): number | undefined {
  const rise = new_kwh - old_kwh
  return rise > 6 * hours + 1 ? undefined : rise
}

function usedInFall(old_kwh: number, new_kwh: number, hours: number): number | undefined {
  if (new_kwh < 0.9 * old_kwh) return new_kwh > 6 * hours + 0.01 ? undefined : new_kwh
  return old_kwh - new_kwh > 0.01 ? undefined : new_kwh - old_kwh
}
