import type { MeasuredKey } from '../../../domain/reading'
import type { FieldNumbers } from './field-numbers'
import { ENERGY_SCALE, scalesOf, SECONDS_SCALE } from '../../roll-up/quantised'
import { ENERGY_SOURCES, SHARE_SCALE } from './roll-up-encoding'

/** Checked by then: see `TIER_NAME`. */
export function viewName(tier: string): string {
  return `readings_${tier}`
}

/**
 * The rows of a tier with the keys and units that everything else uses, for people who open the file with other tools. A
 * field that nobody asks for costs nothing, because SQLite leaves out a join whose columns are not used.
 */
export function tierView(
  name: string,
  tier: number,
  keys: readonly MeasuredKey[],
  numbers: Pick<FieldNumbers, 'of'>,
): string {
  const sources = ENERGY_SOURCES.map((source, number) => `WHEN ${number} THEN '${source}'`).join(' ')
  return `CREATE VIEW "${viewName(name)}" AS
SELECT d.device_id, d.alias, r.timestamp, r.duration_ms, r.samples,
  r.covered_ms / ${SECONDS_SCALE}.0 AS covered_s, r.completeness_e4 / ${SHARE_SCALE}.0 AS completeness,
  r.first_timestamp, r.last_timestamp, r.energy_kwh_e6 / ${ENERGY_SCALE}.0 AS energy_kwh,
  CASE r.energy_source ${sources} END AS energy_source,
  r.energy_integral_kwh_e6 / ${ENERGY_SCALE}.0 AS energy_integral_kwh,
  r.energy_step_kwh_e6 / ${ENERGY_SCALE}.0 AS energy_step_kwh,
  r.resets, r.on_ms / ${SECONDS_SCALE}.0 AS on_s, r.switches, r.version${keys.map(columnsOf).join('')}
FROM roll_up AS r JOIN device AS d USING (device)
${keys.map((key) => joinOf(key, numbers.of(key))).join('')}WHERE r.tier = ${tier}`
}

function columnsOf(key: MeasuredKey): string {
  const scales = scalesOf(key)
  const values = ['minimum', 'maximum', 'p50', 'p95'].map(
    (name) => `"${key}".${name} / ${scales.value}.0 AS "${key}_${short(name)}"`,
  )
  const mean = `"${key}".mean / ${scales.mean}.0 AS "${key}_mean"`
  const held = `coalesce("${key}".held_ms, iif("${key}".mean IS NULL, NULL, r.covered_ms)) / ${SECONDS_SCALE}.0`
  return `,\n  ${[mean, ...values, `${held} AS "${key}_held_s"`].join(', ')}`
}

function short(name: string): string {
  return name.replace('imum', '')
}

function joinOf(key: MeasuredKey, field: number): string {
  const conditions = ['tier', 'device', 'timestamp'].map((name) => `"${key}".${name} = r.${name}`)
  return `LEFT JOIN roll_up_field AS "${key}" ON ${conditions.join(' AND ')} AND "${key}".field = ${field}\n`
}
