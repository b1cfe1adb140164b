import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { summaryOf } from '../../../../src/alerting/notifying/texts/summary'
import { calendar, incidentOf, MINUTE_MS, over, RAISED_AT, ruleOf } from './incidents'

const high = ruleOf({ condition: { kind: 'above', value: 2000 } })
const offline = ruleOf({ name: 'Device offline', condition: { kind: 'offline' } })
const heater = incidentOf(high, { key: 'power_w', value: 2310, unit: 'W', threshold: 2000 })
const plug = incidentOf(offline, { key: 'online', value: false }, { alias: 'Plug' })
const now = RAISED_AT + 10 * MINUTE_MS

describe('several incidents in one message', () => {
  it('are a line each', () => {
    assert.deepEqual(summaryOf([heater, plug], 0, calendar, now), {
      title: '2 alerts: Heater: High power and Plug: Device offline',
      text: 'Heater: High power, 2,310 W, since 14:05\nPlug: Device offline, since 14:05',
    })
  })

  it('say how many more there are, and which are over', () => {
    assert.deepEqual(summaryOf([heater, { ...plug, ...over(5) }, heater], 12, calendar, now), {
      title: '15 alerts: Heater: High power, Plug: Device offline and 13 more',
      text: [
        'Heater: High power, 2,310 W, since 14:05',
        'Plug: Device offline, over at 14:10',
        'Heater: High power, 2,310 W, since 14:05',
        '... and 12 more',
      ].join('\n'),
    })
    assert.equal(summaryOf([{ ...plug, ...over(5) }], 0, calendar, now).title, '1 alert over: Plug: Device offline')
  })

  it('have no value where that would not be what is wrong', () => {
    const finished = ruleOf({ name: 'Done', condition: { kind: 'finished' } })
    const silent = { latest: { key: 'silent_s', value: 600, unit: 's', threshold: 600 } }
    const incidents = [
      { ...heater, flapping: true },
      { ...heater, state: 'recovering' as const },
      { ...heater, ...silent },
      incidentOf(finished, { key: 'energy_kwh', value: 0.5, unit: 'kWh' }),
    ]
    assert.deepEqual(summaryOf(incidents, 0, calendar, now).text.split('\n'), [
      'Heater: High power, since 14:05, comes and goes',
      'Heater: High power, since 14:05, over for the moment',
      'Heater: High power, no data, since 14:05',
      'Heater: Done, 0.5 kWh, at 14:05',
    ])
  })

  it('may be none that anybody can name', () => {
    assert.deepEqual(summaryOf([], 3, calendar, now), { title: '3 alerts', text: '... and 3 more' })
  })

  it('have dates where they are not of today', () => {
    const { text } = summaryOf([plug], 0, calendar, now + 24 * 60 * MINUTE_MS)
    assert.equal(text, 'Plug: Device offline, since 2026-11-21 14:05')
  })
})
