import type { PartHealth } from '../api-sources'
import { route } from '../routing/route'
import { HEALTH } from './schemas'

const GRAVITY = { ok: 0, degraded: 1, failed: 2 } as const

const READY = { type: 'object', properties: { ready: { type: 'boolean' } }, required: ['ready'] } as const

/** As bad as its worst part. */
export function stateOf(parts: readonly PartHealth[]): PartHealth['state'] {
  return parts.reduce<PartHealth['state']>(
    (worst, { state }) => (GRAVITY[state] > GRAVITY[worst] ? state : worst),
    'ok',
  )
}

export const getHealth = route({
  method: 'GET',
  path: '/health',
  id: 'getHealth',
  tag: 'health',
  summary: 'How every part is',
  right: 'read',
  parameters: {},
  answers: {
    200: { description: 'Everything works, if not as well as it should', schema: HEALTH },
    503: { description: 'A part has failed', schema: HEALTH },
  },
  answer({ sources }) {
    const parts = sources.health()
    const state = stateOf(parts)
    return { json: { state, parts }, status: state === 'failed' ? 503 : 200 }
  },
})

export const getReady = route({
  method: 'GET',
  path: '/ready',
  id: 'getReady',
  tag: 'health',
  summary: 'Whether it can be asked: for those who start and stop services',
  right: 'none',
  parameters: {},
  answers: {
    200: { description: 'It can', schema: READY },
    503: { description: 'Not yet, or not now', schema: READY },
  },
  answer({ sources }) {
    const ready = stateOf(sources.health()) !== 'failed'
    return { json: { ready }, status: ready ? 200 : 503 }
  },
})
