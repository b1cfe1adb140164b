import { numberOf, objectOf, textOf, type JsonObject } from '../../../json'

const TEXT_LENGTH = 32
const NIGHT_KEYS = ['start_time', 'end_time', 'sunrise_offset', 'sunset_offset'] as const

/** What belongs to an LED beside whether it is lit: when it is night, and how bright it is. Known keys alone. */
export function ledSettings(led_info: JsonObject): JsonObject {
  const night_mode = nightMode(objectOf(led_info.night_mode))
  const bri_config = brightness(objectOf(led_info.bri_config))
  return { ...(night_mode ? { night_mode } : {}), ...(bri_config ? { bri_config } : {}) }
}

function nightMode(given: JsonObject | undefined): JsonObject | undefined {
  const night_mode_type = textOf(given?.night_mode_type, TEXT_LENGTH)
  if (!given || night_mode_type === undefined) return undefined
  const times = NIGHT_KEYS.flatMap((key) => {
    const value = numberOf(given[key])
    return value === undefined ? [] : [[key, value] as const]
  })
  return { night_mode_type, ...Object.fromEntries(times) }
}

function brightness(given: JsonObject | undefined): JsonObject | undefined {
  const bri_type = textOf(given?.bri_type, TEXT_LENGTH)
  const overall_bri = numberOf(given?.overall_bri)
  return bri_type === undefined || overall_bri === undefined ? undefined : { bri_type, overall_bri }
}
