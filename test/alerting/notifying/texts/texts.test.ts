import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Evidence } from '../../../../src/alerting/conditions/condition'
import type { NotificationKind } from '../../../../src/alerting/notifying/notification'
import { READY_MADE } from '../../../../src/alerting/rules/ready-made'
import { textsFor } from '../../../../src/alerting/notifying/texts/texts'
import { calendar, incidentOf, over, RAISED_AT, type Scene, textsIn } from './incidents'

const HIGH_POWER = { condition: { kind: 'above', key: 'power_w', value: 2000 } }
const POWER: Evidence = { key: 'power_w', value: 2310.42, unit: 'W', threshold: 2000 }
/** Over 600 s. */
const SILENCE: Evidence = {
  ...{ key: 'silent_s', value: 600, unit: 's', threshold: 600 },
  facts: { heard_at: RAISED_AT - 600_000 },
}
const NOW: Evidence = { ...POWER, value: 180.2 }

function tells(text: string, scene: Scene): void {
  assert.equal(textsIn(scene).text, text)
}

function condition(kind: string, rest: object = {}): { readonly condition: object } {
  return { condition: { kind, ...rest } }
}

describe('what people read when an incident is raised', () => {
  it('is the device and the rule, then the value, its limit and since when', () => {
    assert.deepEqual(textsIn({ rule: HIGH_POWER, evidence: POWER }), {
      title: 'Heater: High power',
      text: 'Heater draws 2,310 W, over 2,000 W since 14:05.',
    })
  })

  it('says since when it has been so, not since when the rule has found so', () => {
    tells('Heater draws 2,310 W, over 2,000 W since 14:00.', { rule: { ...HIGH_POWER, for_s: 300 }, evidence: POWER })
  })

  it('has a date where that is not today', () => {
    const text = 'Heater draws 2,310 W, over 2,000 W since 2026-11-21 14:05.'
    tells(text, { rule: HIGH_POWER, evidence: POWER, after_min: 600 })
  })

  it('names the device once', () => {
    assert.equal(textsIn({ rule: { ...HIGH_POWER, name: 'Is the heater hot?' } }).title, 'Is the heater hot?')
  })

  it('names the trouble where the rule has no name', () => {
    assert.equal(textsIn({ rule: { ...HIGH_POWER, name: '' } }).title, 'Heater: High value')
    assert.equal(textsIn({ rule: { ...condition('offline'), name: '' } }).title, 'Heater: Offline')
  })

  it('tells of values and their limits', () => {
    const battery = { key: 'battery_pct', value: 12, unit: '%', threshold: 15 }
    tells('Heater: battery is at 12 %, under 15 % since 14:05.', {
      rule: condition('below', { key: 'battery_pct', value: 15 }),
      evidence: battery,
    })
    tells('Heater has 253.4 V, outside 207 to 253 V since 14:05.', {
      rule: condition('outside', { low: 207, high: 253 }),
      evidence: { key: 'voltage_v', value: 253.41, unit: 'V', threshold: 253, facts: { low: 207, high: 253 } },
    })
    tells('Heater: host.load is at 5.2, over 4 since 14:05.', {
      rule: condition('above', { key: 'host.load', value: 4 }),
      evidence: { key: 'host.load', value: 5.2, threshold: 4 },
    })
    tells('Heater: response time p95 is 351 ms, over 200 ms since 14:05.', {
      rule: condition('percentile', { above: 200 }),
      evidence: { key: 'latency_ms', value: 351.2, unit: 'ms', threshold: 200, facts: { percentile: 95, samples: 40 } },
    })
    tells('Heater: power has risen by 500 W within 60 s, to 1,200 W.', {
      rule: condition('rate', { by: 400 }),
      evidence: { key: 'power_w', value: 1200, unit: 'W', threshold: 400, facts: { change: 500, within_s: 60 } },
    })
    tells('Heater: spool is at 12,000, over 10,000 since 14:05, and not getting less.', {
      rule: condition('backlog', { key: 'spool.points', above: 10_000 }),
      evidence: { key: 'spool.points', value: 12_000, threshold: 10_000 },
    })
    tells('Heater: 4.5 % of what came within 1 h failed, over 1 % since 14:05.', {
      rule: condition('error_rate', { above_pct: 1, window_s: 3600 }),
      evidence: { key: 'ok', value: 4.5, unit: '%', threshold: 1, facts: { samples: 200, failures: 9 } },
    })
    tells('Heater: energy counter has stayed at 12.3 kWh for 1 h 5 min.', {
      rule: condition('stuck'),
      evidence: { key: 'energy_kwh', value: 12.345, unit: 'kWh', facts: { duration_s: 3900 } },
    })
  })

  it('tells of states', () => {
    const equal = (key: string, value: unknown, is: boolean | string, negate = false): Scene => ({
      rule: condition('equal', { key, value, negate }),
      evidence: { key, value: is, threshold: value as string },
    })
    tells('Heater is overheated since 14:05.', equal('overheated', true, true))
    tells('Heater reports water since 14:05.', equal('water_leak', true, true))
    tells('Heater is off since 14:05.', equal('on', true, false, true))
    tells('Heater: mode is holiday since 14:05.', equal('mode', 'holiday', 'holiday'))
    tells('Heater: mode is away, not home since 14:05.', equal('mode', 'home', 'away', true))
    tells('Heater was switched on.', {
      rule: condition('changed'),
      evidence: { key: 'on', value: true, facts: { previous: false } },
    })
    tells('Heater: brightness has changed from 40 % to 60 %.', {
      rule: condition('changed', { key: 'brightness_pct' }),
      evidence: { key: 'brightness_pct', value: 60, unit: '%', facts: { previous: 40 } },
    })
  })

  it('tells of silence, events and switching', () => {
    const silence = { key: 'silent_s', value: 600, unit: 's', threshold: 600 }
    tells('Heater is offline since 14:03.', {
      rule: { ...condition('offline'), for_s: 120 },
      evidence: { key: 'online' },
    })
    tells('Heater has sent nothing for 10 min.', { rule: condition('no_data'), evidence: silence })
    tells('Heater has sent no power since 13:55.', {
      rule: condition('no_data', { key: 'power_w' }),
      evidence: { ...silence, facts: { key: 'power_w', heard_at: RAISED_AT - 600_000 } },
    })
    tells('Heater has sent nothing for 10 min.', { rule: { ...HIGH_POWER, no_data: 'raise' }, evidence: silence })
    tells('Heater refuses the login.', {
      rule: condition('event', { event: 'login_refused' }),
      evidence: { key: 'event', value: 'login_refused' },
    })
    tells('Heater was switched off.', {
      rule: condition('event', { event: 'changed' }),
      evidence: { key: 'event', value: 'changed', facts: { on: false } },
    })
    tells('Heater has been on since 10:05, for more than 4 h.', {
      rule: condition('on_too_long'),
      evidence: { key: 'on_s', value: 14_400, unit: 's', facts: { on_since: RAISED_AT - 4 * 3_600_000 } },
    })
    tells('Heater was switched on at 14:04.', {
      rule: condition('unexpected'),
      evidence: { key: 'on', value: true, facts: { switched_at: RAISED_AT - 60_000 } },
    })
  })

  it('tells of energy, cost and finished appliances', () => {
    const energy = condition('energy', { limit_kwh: 5, steps_pct: [50, 80, 100] })
    const used = { key: 'energy_kwh', value: 4.0213, unit: 'kWh', threshold: 4 }
    const scene = { rule: { ...energy, name: 'Daily limit' }, evidence: { ...used, facts: { step_pct: 80 } } }
    assert.deepEqual(textsIn({ ...scene, kind: 'escalated' }), {
      title: 'Heater: Daily limit, 80 %',
      text: "Heater has used 80 % of today's 5 kWh (4.02 kWh).",
    })
    tells("Heater has used 80 % of today's 5 kWh (4.02 kWh).", { rule: energy, evidence: used, incident: { level: 2 } })
    tells("Heater has cost 100 % of this month's 20.00 € (20.13 €).", {
      rule: condition('cost', { period: 'month', limit: 20, price_per_kwh: 0.3 }),
      evidence: { key: 'cost', value: 20.13, unit: '€', threshold: 20, facts: { step_pct: 100, cost: 20.13 } },
    })
    tells('Heater has finished: 0.49 kWh in 1 h 3 min.', {
      rule: condition('finished'),
      evidence: { key: 'energy_kwh', value: 0.4931, unit: 'kWh', facts: { energy_kwh: 0.4931, duration_s: 3790 } },
    })
  })

  it('tells of joined conditions with what decided them', () => {
    const joined = condition('all', { conditions: [{ kind: 'offline' }] })
    const rule = { ...joined, name: 'Hot and on' }
    tells('Heater: Hot and on since 14:05 (power 2,310 W).', { rule, evidence: POWER })
    tells('Heater: Hot and on since 14:05 (Boiler power 2,310 W).', {
      rule,
      evidence: { ...POWER, facts: { device: 'Boiler' } },
    })
    tells('Heater: Hot and on since 14:05.', { rule })
  })

  it('tells of many devices as one', () => {
    const aliases = Array.from({ length: 12 }, (_, index) => [`id-${index}`, `Plug ${index}`] as const)
    const incident = { device_id: '*', alias: '12 devices', members: Object.fromEntries(aliases) }
    const evidence = { facts: { devices: 12 } }
    const names = 'Plug 0, Plug 1, Plug 2, Plug 3, Plug 4, Plug 5, Plug 6, Plug 7 and 4 more'
    const rule = { ...condition('offline'), name: 'Device offline' }
    assert.deepEqual(textsIn({ rule, evidence, incident }), {
      title: '12 devices: Device offline',
      text: `12 devices are offline since 14:05: ${names}.`,
    })
    tells(`12 devices: High power since 14:05: ${names}.`, { rule: HIGH_POWER, evidence, incident })
    const left = { left: { a: 'Plug A', b: 'Plug B' }, members: {} }
    const ended = { ...incident, ...over(12, left) }
    tells('2 devices are back online after 12 min: Plug A and Plug B.', { rule, kind: 'resolved', incident: ended })
    tells('2 devices: High power is over after 12 min: Plug A and Plug B.', {
      rule: HIGH_POWER,
      kind: 'resolved',
      incident: ended,
    })
  })

  it('needs no value', () => {
    for (const { rule } of READY_MADE) {
      for (const kind of ['raised', 'resolved'] as const) {
        const { title, text } = textsFor(kind, incidentOf(rule, {}, kind === 'resolved' ? over(1) : {}), rule, calendar)
        assert.match(title, /^[^\n]+$/)
        assert.match(text, /^(?!.*(undefined|NaN)).+\.$/, rule.id)
      }
    }
  })
})

describe('what people read later', () => {
  it('is how long it has been, in a reminder', () => {
    const scene = { rule: HIGH_POWER, evidence: POWER, after_min: 125, kind: 'reminder' } as const
    assert.deepEqual(textsIn(scene), {
      title: 'Heater: High power (for 2 h 5 min)',
      text: 'Heater draws 2,310 W, over 2,000 W since 14:05. That is 2 h 5 min now.',
    })
  })

  it('is that it comes and goes', () => {
    const comes = (rule: object, incident: object, evidence: Evidence = NOW, kind: NotificationKind = 'flapping') =>
      textsIn({ rule, evidence, kind, incident: { flapping: true, raised: POWER, ...incident } })
    const { title, text } = comes(HIGH_POWER, { highest: 2310.42, lowest: 4 })
    assert.equal(title, 'Heater: High power (comes and goes)')
    const steady = 'It stays one alert until it has been steady for 10 min.'
    const high = `“High power” comes and goes: 6 changes within 10 min (highest 2,310 W, limit 2,000 W). ${steady}`
    assert.equal(text, `Heater: ${high}`)
    const [low] = comes(condition('below', { value: 5 }), { highest: 90, lowest: 1 }).text.split('.')
    assert.equal(low, 'Heater: “High power” comes and goes: 6 changes within 10 min (lowest 1 W, limit 5 W)')
    assert.match(
      comes(condition('outside', { low: 207, high: 253 }), { highest: 256, lowest: 205 }).text,
      / \(lowest 205 V, highest 256 V, limits 207 to 253 V\)\. /,
    )
    assert.equal(
      comes(condition('offline'), { raised: { key: 'online' } }).text,
      `Heater goes offline and comes back: 6 changes within 10 min. ${steady}`,
    )
    assert.match(comes(HIGH_POWER, { raised: SILENCE }).text, /^Heater falls silent and sends again: 6 changes/)
    // The number is that of the rule, which may have been edited meanwhile.
    assert.match(comes({ ...HIGH_POWER, flapping_changes: 0 }, {}).text, /^Heater: “High power” comes and goes \(limit/)
    // It may be told only after quiet hours, and again.
    assert.deepEqual(comes(HIGH_POWER, { highest: 2310.42 }, NOW, 'raised'), { title, text })
    assert.match(comes(HIGH_POWER, {}, NOW, 'reminder').text, /^Heater: “High power” comes and goes: .* now\.$/)
    assert.match(comes({ ...HIGH_POWER, text: '{{value}} over {{threshold}}' }, {}).text, /comes and goes/)
  })

  it('is that it is over for the moment, where it is not over for as long as it has to be', () => {
    const paused = (rule: object, incident: object = {}) =>
      textsIn({ rule, evidence: NOW, incident: { state: 'recovering', raised: POWER, highest: 2400, ...incident } })
        .text
    const text = 'Heater: “High power” began at 14:05, and is over for the moment (highest 2,400 W, limit 2,000 W).'
    assert.equal(paused(HIGH_POWER), text)
    assert.equal(paused({ ...HIGH_POWER, text: '{{name}} draws too much' }), text)
    assert.equal(paused(condition('offline')), 'Heater went offline at 14:05, and is back for the moment.')
    assert.equal(paused(HIGH_POWER, { raised: SILENCE }), 'Heater fell silent at 13:55, and is back for the moment.')
    assert.match(paused({ ...condition('offline'), name: '' }), /^Heater went/)
    assert.match(paused({ ...HIGH_POWER, name: '' }), /^The alert for Heater began at 14:05/)
  })

  it('is what it went over, where the last value alone is no longer over it', () => {
    tells('Heater draws 1,900 W, and went over 2,000 W at 14:05.', {
      rule: condition('above', { value: 2000, clear: 1800 }),
      evidence: { ...POWER, value: 1900 },
    })
    tells('Heater has 208 V, and left 207 to 253 V at 14:05.', {
      rule: condition('outside', { low: 207, high: 253, margin: 2 }),
      evidence: { key: 'voltage_v', value: 208, unit: 'V', threshold: 207 },
    })
    tells('Heater: response time p95 is 190 ms, and went over 200 ms at 14:05.', {
      rule: condition('percentile', { above: 200, clear: 150 }),
      evidence: { key: 'latency_ms', value: 190, unit: 'ms', threshold: 200 },
    })
  })

  it('is how long ago it was, where it is over by its nature', () => {
    const rule = { ...condition('finished'), name: 'Done' }
    assert.deepEqual(textsIn({ rule, after_min: 125, kind: 'reminder' }), {
      title: 'Heater: Done (2 h 5 min ago)',
      text: 'Heater has finished. That was 2 h 5 min ago.',
    })
  })

  it('is for how long it has been so, from before it was raised', () => {
    const later = (rule: object, raised: Evidence) =>
      textsIn({ rule, evidence: raised, after_min: 30, kind: 'reminder' }).title.replace(/^.*\(/, '(')
    assert.equal(later(HIGH_POWER, SILENCE), '(for 40 min)')
    assert.equal(later(condition('no_data'), SILENCE), '(for 40 min)')
    assert.equal(later(condition('stuck'), { facts: { duration_s: 3600 } }), '(for 1 h 30 min)')
    assert.equal(later(condition('on_too_long'), { facts: { on_since: RAISED_AT - 3_600_000 } }), '(for 1 h 30 min)')
  })

  it('is that nothing is heard of it, where that is what its rule takes for wrong', () => {
    const rule = { ...HIGH_POWER, no_data: 'raise', title: '{{value}}!', text: '{{value}}', resolved_text: '{{value}}' }
    assert.deepEqual(textsIn({ rule, evidence: SILENCE }), {
      title: 'Heater: High power, no data',
      text: 'Heater has sent nothing since 13:55.',
    })
    const never = { ...SILENCE, facts: {} }
    tells('Heater has sent nothing for 40 min. That is 40 min now.', {
      ...{ rule, evidence: never, after_min: 30, kind: 'reminder' },
    })
    assert.deepEqual(textsIn({ rule, evidence: NOW, kind: 'resolved', incident: over(12, { raised: SILENCE }) }), {
      title: 'Heater: High power, no data (resolved)',
      text: 'Heater sends again after 22 min.',
    })
  })

  it('is when it was over, where that was a while ago', () => {
    const scene = {
      rule: HIGH_POWER,
      evidence: NOW,
      incident: over(12, { highest: 2540, raised: POWER }),
      after_min: 60,
    }
    const text = 'Heater is back to 180 W after 12 min (highest 2,540 W). That was at 14:17.'
    assert.deepEqual(textsIn({ ...scene, kind: 'resolved' }), { title: 'Heater: High power (resolved)', text })
    assert.deepEqual(textsIn({ ...scene, kind: 'summary' }), { title: 'Heater: High power (over)', text })
  })

  it('is of which hour, day or month a limit was, where that is over', () => {
    const later = (period: string, minutes: number) => {
      const rule = condition('energy', { period, limit_kwh: 5 })
      const evidence = { key: 'energy_kwh', value: 5, facts: { step_pct: 100 } }
      return textsIn({ rule, evidence, after_min: minutes }).text.replace('Heater has used 100 % of ', '')
    }
    assert.equal(later('hour', 54), "this hour's 5 kWh (5 kWh).")
    assert.equal(later('hour', 55), 'the 5 kWh for the hour from 2026-11-21 14:00 (5 kWh).')
    assert.equal(later('day', 594), "today's 5 kWh (5 kWh).")
    assert.equal(later('day', 595), 'the 5 kWh for 2026-11-21 (5 kWh).')
    assert.equal(later('month', 9 * 1440), "this month's 5 kWh (5 kWh).")
    assert.equal(later('month', 10 * 1440), 'the 5 kWh for 2026-11 (5 kWh).')
    const ended = {
      rule: condition('energy', { limit_kwh: 5 }),
      evidence: { facts: { step_pct: 50 } },
      incident: over(595),
    }
    assert.equal(textsIn({ ...ended, kind: 'resolved' }).title, 'Heater: High power (resolved)')
  })

  it('is who has acknowledged it', () => {
    const scene = { rule: HIGH_POWER, evidence: POWER, kind: 'acknowledged' } as const
    const text = 'Heater draws 2,310 W, over 2,000 W since 14:05.'
    assert.equal(textsIn(scene).title, 'Heater: High power (acknowledged)')
    tells(`Acknowledged: ${text}`, scene)
    tells(`Acknowledged by Ann: ${text}`, { ...scene, incident: { acknowledged_by: 'Ann' } })
  })

  it('is that it was a test', () => {
    const { title, text } = textsIn({ rule: HIGH_POWER, kind: 'test' })
    assert.equal(title, 'Test: Heater: High power')
    assert.equal(text, 'This is a test, nothing is wrong: Heater: power is over 2,000 W since 14:05.')
    const test = (rule: object) => textsIn({ rule, kind: 'test' }).text.replace(/^.*?: /, '')
    assert.equal(test(condition('equal', { key: 'water_leak', value: true })), 'Heater reports water since 14:05.')
    assert.equal(test(condition('no_data', { after_s: 600 })), 'Heater has sent nothing for 10 min.')
    assert.equal(test(condition('changed')), 'Heater: state has changed.')
    assert.equal(
      test(condition('error_rate', { above_pct: 1 })),
      'Heater: more than 1 % of what came within 5 min failed since 14:05.',
    )
  })

  it('is what it is back to, after how long, and how far it went', () => {
    const incident = over(12, { highest: 2540.3, lowest: 2001, raised: POWER })
    const scene = { rule: HIGH_POWER, evidence: NOW, kind: 'resolved' } as const
    assert.deepEqual(textsIn({ ...scene, incident }), {
      title: 'Heater: High power (resolved)',
      text: 'Heater is back to 180 W after 12 min (highest 2,540 W).',
    })
    tells('Heater is back to 180 W after 14 min (highest 2,540 W).', {
      ...scene,
      rule: { ...HIGH_POWER, for_s: 180, keep_firing_s: 60 },
      incident,
    })
    tells('Heater is back to 231 V after 12 min (lowest 205.8 V).', {
      rule: condition('outside', { low: 207, high: 253 }),
      kind: 'resolved',
      evidence: { key: 'voltage_v', value: 231, unit: 'V', threshold: 207 },
      incident: over(12, { lowest: 205.8, highest: 206.9, raised: { value: 205.9, threshold: 207 } }),
    })
  })

  it('is what became of it', () => {
    const ends = (text: string, rule: object, evidence: Evidence = {}, raised: Evidence = {}) =>
      tells(text, { rule, evidence, kind: 'resolved', incident: over(12, { raised }) })
    ends('Heater is back online after 12 min.', condition('offline'))
    ends('Heater sends again after 22 min.', condition('no_data'), {}, SILENCE)
    ends('Over after 12 min: Heater reports no water.', condition('equal', { key: 'water_leak', value: true }), {
      value: false,
    })
    ends('Heater: mode is back to home after 12 min.', condition('equal', { key: 'mode', value: 'away' }), {
      value: 'home',
    })
    ends('Heater was switched off again after 12 min.', condition('unexpected'))
    ends(
      'Heater is off now, after 4 h 12 min.',
      condition('on_too_long'),
      {},
      {
        facts: { on_since: RAISED_AT - 4 * 3_600_000 },
      },
    )
    ends('A new day has begun for Heater.', condition('energy', { limit_kwh: 5 }))
    ends('Heater has begun another run.', condition('finished'))
    ends('Heater: “High power” is over after 12 min.', condition('rate', { by: 5 }))
    ends('Heater: “High power” is over after 1 h 17 min.', condition('stuck'), {}, { facts: { duration_s: 3900 } })
  })

  it('is why it has ended, where that is not by itself', () => {
    const scene = { rule: HIGH_POWER, kind: 'resolved' } as const
    const text = 'Heater: “High power” has ended, because the rule was removed.'
    tells(text, { ...scene, incident: over(12, { ended_by: 'rule_removed' }) })
  })
})

describe('templates of a rule', () => {
  const kinds: readonly NotificationKind[] = [
    'raised',
    'escalated',
    'flapping',
    'reminder',
    'acknowledged',
    'resolved',
    'test',
  ]

  it('take the place of the words', () => {
    const rule = {
      ...HIGH_POWER,
      labels: { room: 'bath' },
      title: '{{name}} in the {{labels.room}}',
      text: '{{rule}}, {{severity}}: {{value}} {{unit}} > {{threshold}} since {{since}}\n{{device_id}}{{cost}}',
      resolved_text: '{{ value }}, {{highest}}, {{lowest}} in {{duration}}',
    }
    assert.deepEqual(textsIn({ rule, evidence: POWER }), {
      title: 'Heater in the bath',
      text: 'High power, warning: 2,310 W > 2,000 since 14:05\n8006AB',
    })
    assert.deepEqual(
      textsIn({ rule, evidence: NOW, kind: 'resolved', incident: over(12, { highest: 2540, lowest: 2001 }) }),
      { title: 'Heater in the bath (resolved)', text: '180, 2,540, 2,001 in 12 min' },
    )
  })

  it('have the facts of energy and of finished appliances', () => {
    const rule = { ...condition('finished'), text: '{{energy_kwh}} kWh, {{duration_s}} s{{limit_kwh}}' }
    tells('0.49 kWh, 3,790 s', { rule, evidence: { facts: { energy_kwh: 0.4931, duration_s: 3790 } } })
    const daily = condition('energy', { limit_kwh: 5, steps_pct: [80] })
    tells('80 of 5 kWh', {
      rule: { ...daily, text: '{{step_pct}} of {{limit_kwh}} kWh' },
      evidence: { facts: { step_pct: 80 } },
    })
  })

  it('are never looked for in what a device says of itself', () => {
    const rule = { ...HIGH_POWER, title: '{{name}}', text: '{{name}} {{value}}' }
    const incident = { alias: '{{severity}}', device_id: '{{name}}' }
    const { title, text } = textsIn({ rule, evidence: { value: '{{name}}' }, incident })
    assert.equal(title, '{{severity}}')
    assert.equal(text, '{{severity}} {{name}}')
  })

  it('are one line as a title, short, and without anything invisible, whatever devices and people say', () => {
    const foreign = fc.string({ unit: 'binary', maxLength: 300 })
    const template = fc.constantFrom('', '{{name}}', '{{name}}{{value}}'.repeat(100), 'a\n{{members}}')
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        foreign,
        foreign,
        template,
        template,
        (kind, alias, value, title, text) => {
          const members = { [alias]: value }
          const rule = { ...HIGH_POWER, name: alias.slice(0, 128), title, text }
          const texts = textsIn({ rule, kind, evidence: { value }, incident: { alias, members } })
          assert.match(texts.title, /^[^\p{Cc}\p{Cs}\u2028\u202e]{1,200}$/u)
          assert.match(texts.text, /^([^\p{Cc}\p{Cs}\u2028\u202e]|\n){0,3000}$/u)
        },
      ),
    )
  })
})
