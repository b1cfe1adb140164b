import { invalid } from '../../src/domain/errors'
import { DEFAULT_TIMEOUTS } from '../../src/integrations/integration'
import { expandTargets } from '../../src/integrations/targets'
import { describeRange, type NumberSetting } from '../shared/schema'
import { schema } from './kasa-fleet.schema'

/** What the dialog asks for, checked. Nobody is logged in to: credentials have no place in it. */
export interface DiscoverRequest {
  /** The node that is being edited, whether it is deployed or not. */
  readonly id: string
  readonly targets: readonly string[]
  readonly port?: number
  readonly discovery_ms: number
}

type Body = Readonly<Record<string, unknown>>

const LONGEST_TEXT = 1024

/** @throws MonitorError `INPUT_INVALID` naming the field */
export function parseDiscoverRequest(body: unknown): DiscoverRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('INPUT_INVALID', 'body', typeof body, 'a JSON object')
  }
  const given = body as Body
  const port = number(given, 'port', schema.settings.port)
  const discovery_s = number(given, 'discovery_s', schema.settings.discovery_s)
  return {
    id: text(given, 'id', 64),
    targets: targetsOf(text(given, 'targets', LONGEST_TEXT)),
    ...(port === undefined || port === 0 ? {} : { port }),
    discovery_ms: discovery_s === undefined ? DEFAULT_TIMEOUTS.discovery_ms : discovery_s * 1000,
  }
}

function targetsOf(text: string): string[] {
  const targets = expandTargets(text, { code: 'INPUT_INVALID', field: 'targets' })
  if (targets.length > 0) return targets
  const missing = text.trim() === '' ? 'addresses, ranges, or the local network' : 'a network that this machine is on'
  throw invalid('INPUT_INVALID', 'targets', text, missing)
}

function text(given: Body, field: string, longest: number): string {
  const value = given[field]
  if (typeof value === 'string' && value.length <= longest) return value
  throw invalid('INPUT_INVALID', field, value, `text of at most ${longest} characters`)
}

function number(given: Body, field: string, setting: NumberSetting): number | undefined {
  const value = given[field]
  if (value === undefined) return undefined
  const fits = typeof value === 'number' && value >= setting.minimum && value <= setting.maximum
  if (fits && (!setting.whole || Number.isInteger(value))) return value
  throw invalid('INPUT_INVALID', field, value, describeRange(setting))
}
