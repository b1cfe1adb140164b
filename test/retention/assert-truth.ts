import assert from 'node:assert/strict'
import type { TimeRange } from '../../src/database/history/record-source'
import type { RollUp } from '../../src/database/tiers/roll-up'
import type { Known, Truth } from '../support/loads/truth'

const ENERGY_SHARE = 0.005
const POWER_SHARE = 0.01
/** From this on a step of the counter, at either end, is less than `ENERGY_SHARE`. */
const ENOUGH_KWH = 0.4
/** From this on it is less than `POWER_SHARE` of the power that it tells. */
const ENOUGH_FOR_POWER_KWH = 0.101
const STEP_KWH = 0.001
const HOUR = 3_600_000
const MS_W_PER_KWH = 3.6e9

/**
 * What a row tells is what its load has used, but for what nobody can know (see `Truth`): energy by the counter, energy by power, and
 * mean power, to 1 %, or to a step of the counter. For how long power is known is right to the ms, and every reading is counted.
 */
export function assertRow(row: RollUp, truth: Truth): void {
  const bucket = { from: row.timestamp, to: row.timestamp + row.duration_ms }
  const name = `${row.device_id}, ${new Date(row.timestamp).toISOString()}`
  // In a row that is made of hours each of them was rounded.
  const rounding_kwh = 1e-6 * Math.max(1, row.duration_ms / HOUR)
  const integral = truth.integral(bucket)
  assertKnown(`${name}: energy`, row.energy_kwh ?? 0, truth.energy(bucket), rounding_kwh)
  assertKnown(`${name}: integral`, row.energy_integral_kwh ?? 0, integral, rounding_kwh)
  assert.equal(row.samples, truth.samples(bucket), `${name}: samples`)
  const power = row.fields.power_w
  const held_ms = truth.held_ms(bucket)
  assert.equal(Math.round(1000 * (power?.held_s ?? 0)), held_ms, `${name}: how long power is known`)
  if (power === undefined) return
  const unknown_kwh = integral.margin + (truth.hasCounter ? STEP_KWH + truth.unseenAtEdges_kwh(bucket) : 0)
  const [mean_w, unknown_w] = [wattsOf(integral.value, held_ms), wattsOf(unknown_kwh, held_ms)]
  const error_w = Math.abs(power.mean - mean_w)
  const words = `${name}: ${power.mean} W, not ${mean_w} W, of which ${unknown_w} W went unseen`
  assert.ok(error_w <= POWER_SHARE * Math.abs(mean_w) + unknown_w + 1e-3, words)
}

/**
 * Where the counter rose enough, mean power is that of the load, whatever no poll has seen, but for what flowed between the two polls at
 * each end. @returns whether it is such a row: the device was heard all the time, and has forgotten nothing
 */
export function assertMeanPower({ timestamp, duration_ms, fields }: RollUp, truth: Truth): boolean {
  const bucket = { from: timestamp, to: timestamp + duration_ms }
  const true_kwh = truth.integral(bucket).value
  if (!truth.hasCounter || !truth.isHeardThroughout(bucket) || true_kwh < ENOUGH_FOR_POWER_KWH) return false
  const true_w = wattsOf(true_kwh, duration_ms)
  const mean_w = fields.power_w?.mean ?? Number.NaN
  const words = `${truth.device_id}, ${new Date(timestamp).toISOString()}: ${mean_w} W, not ${true_w} W`
  const unseen_w = wattsOf(truth.unseenAtEdges_kwh(bucket), duration_ms)
  assert.ok(Math.abs(mean_w - true_w) < POWER_SHARE * true_w + unseen_w, words)
  return true
}

/** A meter without a counter knows no better than its polls, and is left out. */
export function assertShare(range: TimeRange, told_kwh: number, truth: Truth): void {
  const { value } = truth.energy(range)
  if (!truth.hasCounter || value < ENOUGH_KWH) return
  const words = `${truth.device_id}, ${new Date(range.from).toISOString()}: ${told_kwh} kWh, not ${value} kWh`
  assert.ok(Math.abs(told_kwh - value) < ENERGY_SHARE * value + truth.unseenAtEdges_kwh(range), words)
}

/** Where there is enough of it, whatever nobody could see. */
export function assertTotal(told_kwh: number, range: TimeRange, truths: readonly Truth[]): void {
  const true_kwh = sumOf(truths, (truth) => truth.energy(range).value)
  if (truths.some(({ hasCounter }) => !hasCounter) || true_kwh < ENOUGH_KWH) return
  const share = told_kwh / true_kwh - 1
  assert.ok(
    Math.abs(share) < ENERGY_SHARE,
    `${told_kwh} kWh, not ${true_kwh} kWh, from ${new Date(range.from).toISOString()}`,
  )
}

export function sumOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0)
}

function assertKnown(name: string, told: number, { value, margin }: Known, rounding: number): void {
  const words = `${name}: ${told} kWh, not ${value} kWh, give or take ${margin}`
  assert.ok(Math.abs(told - value) <= margin + rounding, words)
}

function wattsOf(energy_kwh: number, duration_ms: number): number {
  return (energy_kwh * MS_W_PER_KWH) / duration_ms
}
