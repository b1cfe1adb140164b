import type { NodeAPI } from 'node-red'
import { invalid } from '../../src/domain/errors'
import type { Message } from '../shared/input'

const SCALARS = ['string', 'number', 'boolean']

/**
 * Tells whether a message is critical.
 * @param path of the property, such as `payload.severity`; empty: none is
 * @param wanted what stands there; empty: true
 * @throws MonitorError `CONFIG_INVALID` where no message could have such a property
 */
export function criticalTest(RED: NodeAPI, path: string, wanted: string): (message: Message) => boolean {
  if (path === '') return () => false
  try {
    RED.util.normalisePropertyExpression(path)
  } catch {
    throw invalid('CONFIG_INVALID', 'critical_property', path, 'a property of the message, such as payload.severity')
  }
  return (message) => {
    const value = valueAt(RED, message, path)
    return wanted === '' ? value === true : SCALARS.includes(typeof value) && String(value) === wanted
  }
}

/** Node-RED throws where something on the way there is missing. */
function valueAt(RED: NodeAPI, message: Message, path: string): unknown {
  try {
    return RED.util.getMessageProperty(message, path)
  } catch {
    return undefined
  }
}
