import { isIP } from 'node:net'
import { invalid } from '../../src/domain/errors'
import { expandTargets } from '../../src/integrations/targets'

const RANGE = 'addresses or ranges, as text or as an array of texts'

/**
 * Where a message says to look; undefined where it says nothing. Addresses alone: the name server of whoever wrote the
 * message has no say in where we send to.
 * @throws MonitorError `INPUT_INVALID` naming the part that is no address
 */
export function messageTargets(targets: unknown): string[] | undefined {
  if (targets === undefined || targets === null) return undefined
  const parts: unknown[] = Array.isArray(targets) ? targets : [targets]
  const texts = parts.filter((part) => typeof part === 'string')
  if (texts.length < parts.length) throw invalid('INPUT_INVALID', 'targets', targets, RANGE)
  const found = expandTargets(texts.join(' '), { code: 'INPUT_INVALID', field: 'targets' })
  const name = found.find((target) => isIP(target) === 0)
  if (name !== undefined || found.length === 0) throw invalid('INPUT_INVALID', 'targets', name ?? targets, RANGE)
  return found
}
