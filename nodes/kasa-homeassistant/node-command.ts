import { invalid } from '../../src/domain/errors'
import type { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import { firstName, propertyOf } from '../shared/device-name'
import type { Message } from '../shared/input'

const COMMANDS = ['publish', 'remove']

/**
 * Does what a message asks the node itself.
 * @throws MonitorError `INPUT_INVALID` naming what is wrong
 */
export function runCommand(bridge: Pick<HomeAssistantBridge, 'publish' | 'removeDevice'>, message: Message): void {
  const { command, payload } = message
  if (command === 'publish') return bridge.publish()
  if (command !== 'remove') throw invalid('INPUT_INVALID', 'command', command, `one of ${COMMANDS.join(', ')}`)
  const name = firstName(payload, propertyOf(payload, 'device_id'))
  if (name === undefined) throw invalid('INPUT_INVALID', 'payload', payload, 'the id of a device')
  bridge.removeDevice(name)
}
