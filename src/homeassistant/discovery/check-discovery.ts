import { LONGEST_PAYLOAD_BYTES } from '../../mqtt/broker'
import { checkAvailability, checkDevice, checkObject, checkOrigin, type Given } from './check-object'
import { checkComponent, isPlatform, PLATFORMS } from './check-component'
import { below, type Complain, type Fault } from './fault'
import { asRecord } from './rules/fields'
import { DEVICE_LEVEL, DEVICE_MESSAGE, ID, ID_RANGE, MIGRATE_KEY } from './rules/message-rules'

/**
 * What Home Assistant would refuse, or take with a warning; none: it takes all of it. Never throws.
 * @param topic of one device or one component
 * @param payload empty: it is taken away
 */
export function checkDiscovery(topic: string, payload: string): readonly Fault[] {
  const faults: Fault[] = []
  const complain: Complain = (path, value, range) => faults.push({ path, value, range })
  const kind = kindOf(topic)
  if (kind === undefined) complain('topic', topic, `<prefix>/<${[DEVICE_LEVEL, ...PLATFORMS].join('|')}>/<id>/config`)
  if (faults.length > 0 || payload === '') return faults
  const given = parse(payload, complain)
  if (given === undefined) return faults
  if (Object.hasOwn(given, MIGRATE_KEY)) {
    checkObject(given, { required: { [MIGRATE_KEY]: 'boolean' }, optional: {} }, '', complain)
  } else if (kind === DEVICE_LEVEL) {
    checkDeviceMessage(given, faults)
  } else if (isPlatform(kind)) {
    checkSingle(kind, given, complain)
  }
  return faults
}

/**
 * What is announced on a topic: a device, a component of a platform, or nothing. The prefix may have levels too; of two ids, the
 * first may be called like a platform.
 */
function kindOf(topic: string): string | undefined {
  const levels = topic.split('/')
  if (levels.pop() !== 'config') return undefined
  let kind: string | undefined
  for (let ids = 0; ids < 2 && levels.length > 2; ids++) {
    if (!ID.test(levels.pop() as string)) break
    const level = levels.at(-1)
    if (level === DEVICE_LEVEL || isPlatform(level)) kind = level
  }
  return kind
}

function parse(payload: string, complain: Complain): Given | undefined {
  const bytes = Buffer.byteLength(payload)
  if (bytes > LONGEST_PAYLOAD_BYTES) {
    complain('', `${bytes} bytes`, `at most ${LONGEST_PAYLOAD_BYTES} bytes`)
    return undefined
  }
  let given: unknown
  try {
    given = JSON.parse(payload)
  } catch {
    given = payload
  }
  const record = asRecord(given)
  if (record === undefined) complain('', given, 'an object as JSON')
  return record
}

function checkDeviceMessage(given: Given, faults: Fault[]): void {
  const complain: Complain = (path, value, range) => faults.push({ path, value, range })
  checkObject(given, DEVICE_MESSAGE, '', complain)
  checkAvailability(given, '', complain)
  if (given.device !== undefined) checkDevice(given.device, 'device', complain)
  if (given.origin !== undefined) checkOrigin(given.origin, 'origin', complain)
  const taken = new Set<string>()
  for (const [id, component] of Object.entries(asRecord(given.components) ?? {})) {
    const within: Complain = (path, value, range) => faults.push({ path, component: id, value, range })
    checkPart(id, component, taken, within)
  }
}

function checkPart(id: string, component: unknown, taken: Set<string>, complain: Complain): void {
  const path = below('components', id)
  if (!ID.test(id)) complain(path, id, ID_RANGE)
  const record = asRecord(component)
  if (record === undefined) return complain(path, component, 'an object')
  const { platform, ...rest } = record
  if (!isPlatform(platform)) return complain(below(path, 'platform'), platform, `one of ${PLATFORMS.join(', ')}`)
  // Nothing but its platform: it is there no longer.
  if (Object.keys(rest).length === 0) return
  checkComponent(platform, rest, path, complain)
  const identity = `${platform} ${String(rest.unique_id)}`
  if (rest.unique_id !== undefined && taken.has(identity)) {
    complain(below(path, 'unique_id'), rest.unique_id, 'an id that no other component of the device has')
  }
  taken.add(identity)
}

function checkSingle(platform: Parameters<typeof checkComponent>[0], given: Given, complain: Complain): void {
  if (given.device === undefined) complain('device', undefined, 'a value: it has to be there')
  if (given.origin === undefined) complain('origin', undefined, 'a value: it has to be there')
  checkComponent(platform, given, '', complain)
}
