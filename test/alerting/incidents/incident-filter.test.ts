import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { IncidentFilter } from '../../../src/alerting/alert-command'
import type { Incident } from '../../../src/alerting/incidents/incident'
import { matchesFilter } from '../../../src/alerting/incidents/incident-filter'

const INCIDENT: Incident = {
  id: 'power/heater/abc',
  ...{ rule_id: 'power', rule_name: '', kind: 'above', severity: 'warning', labels: { room: 'bath' } },
  ...{ device_id: 'heater', alias: 'Bath heater', state: 'firing', flapping: false, raised_at: 0, duration_s: 0 },
  ...{ reminders: 0, level: 1, raised: {}, latest: {} },
}

function fits(filter: IncidentFilter, incident = INCIDENT): boolean {
  return matchesFilter(filter, incident)
}

describe('a filter of incidents', () => {
  it('fits everything where nothing is given', () => {
    assert.equal(fits({}), true)
  })

  it('fits by id, rule, severity, labels and a pattern of device id or alias', () => {
    const fitting: IncidentFilter[] = [
      ...[{ incident_id: 'power/heater/abc' }, { rule_id: 'power' }, { severity: 'warning' as const }],
      ...[{ labels: { room: 'bath' } }, { device: 'heater' }, { device: 'bath*' }, { device: '*' }],
    ]
    for (const filter of fitting) assert.equal(fits(filter), true, JSON.stringify(filter))
    const others: IncidentFilter[] = [
      ...[{ incident_id: 'power/heater' }, { rule_id: 'pow' }, { severity: 'critical' as const }],
      ...[{ labels: { room: 'hall' } }, { labels: { toString: 'x' } }, { device: 'heat' }, { device: 'Kitchen*' }],
    ]
    for (const filter of others) assert.equal(fits(filter), false, JSON.stringify(filter))
  })

  it('has to fit in everything that is given', () => {
    assert.equal(fits({ rule_id: 'power', device: 'Bath*', labels: { room: 'bath' } }), true)
    assert.equal(fits({ rule_id: 'power', device: 'Bath*', labels: { room: 'hall' } }), false)
  })

  it('fits many that are one by all of them, so that silencing one device silences no others', () => {
    const many = {
      ...INCIDENT,
      device_id: '*',
      alias: '2 devices',
      members: { a: 'Bath 1', b: 'Bath 2' },
      left: { c: 'Hall' },
    }
    assert.equal(fits({ device: 'Bath*' }, many), true)
    assert.equal(fits({ device: 'a' }, many), false)
    assert.equal(fits({ device: '*' }, many), true)
  })

  it('finds many that are one by any that is or was part of them, when they are listed', () => {
    const many = {
      ...INCIDENT,
      device_id: '*',
      alias: '2 devices',
      members: { a: 'Bath 1', b: 'Bath 2' },
      left: { c: 'Hall' },
    }
    for (const device of ['a', 'Bath 2', 'hall']) assert.equal(matchesFilter({ device }, many, 'some'), true)
    assert.equal(matchesFilter({ device: 'attic' }, many, 'some'), false)
  })

  it('fits many that are over by those that were part of them', () => {
    const many = { ...INCIDENT, device_id: '*', alias: '2 devices', members: {}, left: { a: 'Bath 1', b: 'Bath 2' } }
    assert.equal(fits({ device: 'Bath*' }, many), true)
    assert.equal(fits({ device: 'a' }, many), false)
  })
})
