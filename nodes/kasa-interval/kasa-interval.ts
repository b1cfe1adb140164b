import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { invalid } from '../../src/domain/errors'
import { register } from '../shared/register'
import { schema } from './kasa-interval.schema'
import { Ticker, type Value } from './ticker'

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, status, input }) => {
    const { minimum_s, maximum_s, step, step_percent, sensitivity } = settings
    if (minimum_s > maximum_s)
      throw invalid('CONFIG_INVALID', 'minimum_s', minimum_s, `at most maximum_s, ${maximum_s} s`)
    const options = {
      minimum_ms: minimum_s * 1000,
      maximum_ms: maximum_s * 1000,
      step_w: step,
      step_percent,
      sensitivity,
    }
    const ticker = new Ticker(options, scope, systemClock, (topic) => {
      node.send({ topic, payload: systemClock.now() })
    })
    input((message) => {
      const value: unknown = RED.util.getMessageProperty(message, settings.property)
      const wait_ms = ticker.observe(String(message.topic ?? ''), valueOf(value, settings.property))
      status.show('ready', `next in ${(wait_ms / 1000).toFixed(1)} s`)
    })
    if (settings.tick_at_start) ticker.start()
  })

/** A number, also as text, a switch position, or anything that has them as a reading does. */
function valueOf(value: unknown, property: string): Value {
  if (typeof value === 'boolean') return { on: value }
  if (isNumber(value)) return { power_w: Number(value) }
  if (typeof value === 'object' && value !== null) {
    const { power_w, on } = value as { power_w?: unknown; on?: unknown }
    if (isNumber(power_w)) return { power_w: Number(power_w) }
    if (typeof on === 'boolean') return { on }
  }
  throw invalid('INPUT_INVALID', property, value, 'a number, true or false, or a reading')
}

function isNumber(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value))
  return typeof value === 'number' && Number.isFinite(value)
}
