import type { Platform } from '../entities/component'
import { checkAvailability, checkDevice, checkObject, checkOrigin, type Given } from './check-object'
import { checkLight, checkNumber, checkSensor } from './check-meaning'
import { below, type Complain } from './fault'
import { COMPONENT_RULES, ENTITY_FIELDS, REMOVED_KEYS } from './rules/component-rules'
import type { ObjectRules } from './rules/message-rules'

const RULES: ReadonlyMap<Platform, ObjectRules> = new Map(
  (Object.keys(COMPONENT_RULES) as Platform[]).map((platform) => [platform, rulesOf(platform)] as const),
)
/** What they show is told, not set. */
const NEVER_CONFIG: ReadonlySet<Platform> = new Set(['sensor', 'binary_sensor'])

export const PLATFORMS: readonly Platform[] = [...RULES.keys()]

export function isPlatform(text: unknown): text is Platform {
  return (PLATFORMS as readonly unknown[]).includes(text)
}

/** @param given without its platform */
export function checkComponent(platform: Platform, given: Given, path: string, complain: Complain): void {
  const { required, optional } = RULES.get(platform) as ObjectRules
  for (const key of Object.keys(given)) {
    const instead = REMOVED_KEYS.get(key)
    if (instead !== undefined)
      complain(below(path, key), given[key], `${instead}: Home Assistant has no such key any more`)
  }
  const present = Object.fromEntries(Object.entries(given).filter(([key]) => !REMOVED_KEYS.has(key)))
  checkObject(present, { required, optional }, path, complain)
  checkAvailability(given, path, complain)
  if (given.device !== undefined) checkDevice(given.device, below(path, 'device'), complain)
  if (given.origin !== undefined) checkOrigin(given.origin, below(path, 'origin'), complain)
  checkNaming(platform, given, path, complain)
  if (platform === 'sensor') checkSensor(given, path, complain)
  if (platform === 'number') checkNumber(given, path, complain)
  if (platform === 'light') checkLight(given, path, complain)
}

function checkNaming(platform: Platform, given: Given, path: string, complain: Complain): void {
  const { default_entity_id, entity_category } = given
  if (entity_category === 'config' && NEVER_CONFIG.has(platform)) {
    complain(below(path, 'entity_category'), entity_category, 'diagnostic, or none')
  }
  if (typeof default_entity_id === 'string' && !default_entity_id.startsWith(`${platform}.`)) {
    complain(below(path, 'default_entity_id'), default_entity_id, `an id that begins with ${platform}.`)
  }
}

/** Home Assistant does without `unique_id`; what has none can neither be renamed nor kept apart from its double. */
function rulesOf(platform: Platform): ObjectRules {
  const { required, optional, is_entity } = COMPONENT_RULES[platform]
  if (!is_entity) return { required, optional }
  return { required: { ...required, unique_id: 'text' }, optional: { ...optional, ...ENTITY_FIELDS } }
}
