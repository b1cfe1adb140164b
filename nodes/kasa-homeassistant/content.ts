import { isReading } from '../../src/database/reading-check'
import { invalid, type MonitorError } from '../../src/domain/errors'
import { parseStateChange } from '../../src/homeassistant/alerts/parse-state-change'
import type { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import { isDeviceEvent } from '../shared/device-event'
import { deviceIn } from './device-description'

export type ContentTaker = Pick<HomeAssistantBridge, 'takeReading' | 'takeEvent' | 'takeDevice' | 'takeChange'>

const RANGE = 'a reading, an event, a change of an alert, the description of a device, or an array of them'

/**
 * Hands over what a message brings. In an array that has something bad in it all the rest is taken.
 * @param isFollowed whether the bridge hears from its fleet what happens to a device; told twice, it would happen twice
 * @throws MonitorError `INPUT_INVALID` naming the first that was not taken
 */
export function takeContent(
  bridge: ContentTaker,
  payload: unknown,
  isFollowed: (device_id: string) => boolean = () => false,
): void {
  const refused: MonitorError[] = []
  const take = (given: unknown, place: string) => {
    if (!takeOne(bridge, given, isFollowed)) refused.push(invalid('INPUT_INVALID', place, given, RANGE))
  }
  if (Array.isArray(payload)) payload.forEach((given, index) => take(given, `payload.${index}`))
  else take(payload, 'payload')
  if (refused[0]) throw refused[0]
}

/** Copies, because a flow may go on changing what it has sent. */
function takeOne(bridge: ContentTaker, given: unknown, isFollowed: (device_id: string) => boolean): boolean {
  if (isReading(given)) bridge.takeReading({ ...given })
  else if (isDeviceEvent(given)) {
    if (given.device_id === undefined || !isFollowed(given.device_id)) bridge.takeEvent({ ...given })
  } else return takeChange(bridge, given) || takeDevice(bridge, given)
  return true
}

function takeChange(bridge: ContentTaker, given: unknown): boolean {
  const change = parseStateChange(given)
  if (change !== undefined) bridge.takeChange(change)
  return change !== undefined
}

function takeDevice(bridge: ContentTaker, given: unknown): boolean {
  const device = deviceIn(given)
  if (device !== undefined) bridge.takeDevice(device)
  return device !== undefined
}
