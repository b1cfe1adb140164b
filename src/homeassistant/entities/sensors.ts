import { availableWhile } from '../available-while'
import type { KnownDevice } from '../known-device'
import type { Component } from './component'
import { entity, type EntityContext } from './entity'
import { SENSORS, type SensorRow } from './sensor-table'
import { momentTemplate, valueTemplate } from './templates'

/** What shows what a device has ever told. */
export function sensorsOf(known: KnownDevice, context: EntityContext): [string, Component][] {
  const { topics, options } = context
  return SENSORS.filter((row) => exists(row, known, options)).map((row) => {
    const isMoment = row.device_class === 'timestamp'
    return [
      row.key,
      entity(known.device_id, row.platform, row.key, context, {
        name: row.name,
        state_topic: topics.state(known.device_id),
        value_template: isMoment ? momentTemplate(row.reads) : valueTemplate(row.reads),
        ...(row.platform === 'binary_sensor' && { payload_on: 'True', payload_off: 'False' }),
        device_class: row.device_class,
        unit_of_measurement: row.device_class === 'monetary' ? options.tariff?.currency : row.unit,
        state_class: row.state_class,
        suggested_display_precision: row.precision,
        entity_category: row.category,
        icon: row.icon,
        enabled_by_default: row.disabled ? false : undefined,
        ...(row.outlasts && { availability: availableWhile(topics.bridge_state) }),
      }),
    ]
  })
}

function exists({ reads }: SensorRow, { keys }: KnownDevice, { tariff }: EntityContext['options']): boolean {
  if (reads === 'last_seen' || reads === 'offline_reason') return true
  return keys.has(reads) && (reads !== 'energy_cost' || tariff !== undefined)
}
