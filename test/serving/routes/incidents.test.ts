import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Incident } from '../../../src/alerting/incidents/incident'
import type { ApiServer } from '../../support/api-server'
import { NOW, serve } from './stored-home'

const evidence = { timestamp: NOW, text: 'too much', values: {}, facts: {} }

function incident(id: string, given: Partial<Incident> = {}): Incident {
  return {
    ...{ id, rule_id: 'rule', rule_name: 'Rule', kind: 'above', device_id: 'kettle', alias: 'Kettle' },
    ...{ severity: 'warning', labels: {}, state: 'firing', flapping: false, raised_at: NOW, duration_s: 1 },
    ...{ reminders: 0, level: 0, raised: evidence, latest: evidence },
    ...given,
  } as Incident
}

describe('GET /incidents', () => {
  let server: ApiServer

  before(async () => {
    const incidents = [
      incident('old', { raised_at: NOW - 2000, state: 'resolved', resolved_at: NOW }),
      incident('new', { raised_at: NOW, severity: 'critical' }),
      incident('calming', { raised_at: NOW - 1000, state: 'recovering', device_id: 'fridge' }),
      incident('many', { raised_at: NOW - 3000, device_id: '*', members: { lamp: 'Lamp', fridge: 'Fridge' } }),
    ]
    server = await serve({ incidents: () => incidents })
  })
  after(() => server.stop())

  for (const [query, ids] of [
    ['', ['new', 'calming', 'old', 'many']],
    ['?state=open', ['new', 'calming', 'many']],
    ['?state=resolved', ['old']],
    ['?severity=critical', ['new']],
    ['?device_id=fridge', ['calming', 'many']],
    ['?device_id=fridge,kettle&state=open&limit=2', ['new', 'calming']],
    ['?limit=1', ['new']],
  ] as const) {
    it(`has ${ids.join(', ')} for '${query}'`, async () => {
      const { incidents } = (await server.ask(`/incidents${query}`)).json<{ incidents: Incident[] }>()
      assert.deepEqual(
        incidents.map(({ id }) => id),
        ids,
      )
    })
  }
})
