import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { invalid } from '../../src/domain/errors'
import { register } from '../shared/register'
import { schema } from './kasa-interval.schema'
import { Ticker } from './ticker'

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, status, input }) => {
    if (settings.minimum_s > settings.maximum_s) {
      throw invalid('CONFIG_INVALID', 'minimum_s', settings.minimum_s, `at most maximum_s, ${settings.maximum_s} s`)
    }
    const options = { minimum_ms: settings.minimum_s * 1000, maximum_ms: settings.maximum_s * 1000 }
    const ticker = new Ticker(options, scope, systemClock, (topic) => {
      node.send({ topic, payload: systemClock.now() })
    })
    input((message) => {
      const value: unknown = RED.util.getMessageProperty(message, settings.property)
      const wait_ms = ticker.observe(String(message.topic ?? ''), valueOf(value, settings.property))
      status.show('ready', `next in ${(wait_ms / 1000).toFixed(1)} s`)
    })
    if (settings.tick_at_start) ticker.start('')
  })

/** A number, a switch position, or anything that has them as a reading does. */
function valueOf(value: unknown, property: string): { power_w?: number; on?: boolean } {
  if (typeof value === 'number' && Number.isFinite(value)) return { power_w: value }
  if (typeof value === 'boolean') return { power_w: Number(value), on: value }
  if (typeof value === 'object' && value !== null) {
    const { power_w, on } = value as { power_w?: unknown; on?: unknown }
    if (typeof power_w === 'number' || typeof on === 'boolean') {
      return { ...(typeof power_w === 'number' ? { power_w } : {}), ...(typeof on === 'boolean' ? { on } : {}) }
    }
  }
  throw invalid('INPUT_INVALID', property, value, 'a number, true or false, or a reading')
}
