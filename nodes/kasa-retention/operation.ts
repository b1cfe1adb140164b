import { invalid } from '../../src/domain/errors'
import type { Message } from '../shared/input'
import { propertyOf } from '../shared/device-name'

export const OPERATIONS = ['run', 'dry-run', 'trust-clock', 'status'] as const
export type Operation = (typeof OPERATIONS)[number]

const RANGE = `one of ${OPERATIONS.join(', ')}`

/**
 * What a message asks for: `msg.payload.operation`, or a payload that is a text. Any other message, such as the time that
 * an Inject node sends, asks for a run. A text that is misspelt does not: who meant a dry run would get a real one.
 * @throws MonitorError `INPUT_INVALID`
 */
export function operationIn({ payload }: Message): Operation {
  if (typeof payload === 'string') return payload.trim() === '' ? 'run' : operation('payload', payload)
  const asked = propertyOf(payload, 'operation')
  return asked === undefined ? 'run' : operation('payload.operation', asked)
}

function operation(field: string, given: unknown): Operation {
  const found = OPERATIONS.find((each) => each === given)
  if (found === undefined) throw invalid('INPUT_INVALID', field, given, RANGE)
  return found
}
