import Ajv from 'ajv'
import { COMMAND_RANGES } from '../../src/domain/command'
import { DEVICE_FEATURES, DEVICE_KINDS, type Device } from '../../src/domain/device'
import { READING_SCHEMA } from '../../src/domain/reading'

const { device_id } = READING_SCHEMA.properties as unknown as { device_id: object }
const text = { type: 'string', maxLength: 256 } as const
const kelvin = { type: 'number', minimum: 1000, maximum: 20_000 } as const

const isDescription = new Ajv().compile<Device>({
  type: 'object',
  properties: {
    device_id,
    parent_id: device_id,
    alias: text,
    model: { ...text, maxLength: 64 },
    host: text,
    kind: { enum: DEVICE_KINDS },
    integration: text,
    mac: { type: 'string', pattern: '^[0-9A-F]{2}(:[0-9A-F]{2}){5}$' },
    firmware: text,
    hardware: text,
    features: { type: 'array', items: { enum: DEVICE_FEATURES }, maxItems: DEVICE_FEATURES.length },
    color_temp_range: {
      type: 'object',
      properties: { minimum_k: kelvin, maximum_k: kelvin },
      required: ['minimum_k', 'maximum_k'],
    },
    light_presets: { type: 'integer', minimum: 0, maximum: COMMAND_RANGES.preset.maximum },
    effects: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 64 }, maxItems: 200 },
  },
  required: ['device_id', 'alias', 'model', 'host', 'kind', 'integration', 'features'],
})

/** The description of a device that a message brings, of what is known of devices and nothing else. */
export function deviceIn(given: unknown): Device | undefined {
  if (!isDescription(given)) return undefined
  const { parent_id, mac, firmware, hardware, color_temp_range, effects, light_presets } = given
  const { alias, model, host, kind, integration, features } = given
  return {
    device_id: given.device_id,
    alias,
    model,
    host,
    kind,
    integration,
    features: [...features],
    ...(parent_id !== undefined && { parent_id }),
    ...(mac !== undefined && { mac }),
    ...(firmware !== undefined && { firmware }),
    ...(hardware !== undefined && { hardware }),
    ...(color_temp_range !== undefined && { color_temp_range: { ...color_temp_range } }),
    ...(effects !== undefined && { effects: [...effects] }),
    ...(light_presets !== undefined && { light_presets }),
  }
}
