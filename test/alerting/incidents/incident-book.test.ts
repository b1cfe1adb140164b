import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Incident } from '../../../src/alerting/incidents/incident'
import { Bench, ruleOf, ToldWatch } from './watched-devices'

const MINUTE = 60_000

function raised(rule = ruleOf()): { bench: Bench; heater: ToldWatch } {
  const bench = new Bench()
  const heater = new ToldWatch(rule, 'heater')
  bench.say(heater, 'raised', 1200)
  bench.told.length = 0
  return { bench, heater }
}

function only(incidents: readonly Incident[]): Incident {
  assert.equal(incidents.length, 1)
  return incidents[0] as Incident
}

describe('an incident', () => {
  it('is raised with what was true then, and resolved with what is true at its end', () => {
    const bench = new Bench()
    const heater = new ToldWatch(ruleOf({ severity: 'critical', labels: { room: 'bath' } }), 'heater', 'Heater')
    const raised_at = bench.clock.now()
    bench.say(heater, 'raised', 1200)
    bench.clock.advance(90_000)
    bench.say(heater, 'resolved', 3)
    const [first, last] = bench.told
    const evidence = { key: 'power_w', unit: 'W', threshold: 1000 }
    assert.deepEqual(first?.incident, {
      id: `power/heater/${raised_at.toString(36)}`,
      ...{ rule_id: 'power', rule_name: 'High power', kind: 'above', severity: 'critical', labels: { room: 'bath' } },
      ...{ device_id: 'heater', alias: 'Heater', state: 'firing', flapping: false, level: 1, raised_at, duration_s: 0 },
      ...{ raised: { ...evidence, value: 1200 }, latest: { ...evidence, value: 1200 }, highest: 1200, lowest: 1200 },
      reminders: 0,
    })
    assert.deepEqual(last?.incident, {
      ...first?.incident,
      ...{ state: 'resolved', resolved_at: raised_at + 90_000, duration_s: 90, latest: { ...evidence, value: 3 } },
    })
    assert.deepEqual([last?.change, last?.previous, last?.state], ['resolved', 'firing', 'normal'])
    assert.deepEqual(bench.book.open(), [])
  })

  it('tells each step of its course with the state before', () => {
    const bench = new Bench()
    const heater = new ToldWatch(ruleOf(), 'heater')
    const course = [
      'pending',
      'cancelled',
      'pending',
      'raised',
      'recovering',
      'relapsed',
      'recovering',
      'flapping',
    ] as const
    for (const change of [...course, 'steady', 'resolved'] as const) bench.say(heater, change, 1)
    assert.deepEqual(
      bench.told.map(({ change, previous, state, incident }) => [change, previous, state, incident?.flapping]),
      [
        ['pending', 'normal', 'pending', undefined],
        ['cancelled', 'pending', 'normal', undefined],
        ['pending', 'normal', 'pending', undefined],
        ['raised', 'pending', 'firing', false],
        ['recovering', 'firing', 'recovering', false],
        ['relapsed', 'recovering', 'firing', false],
        ['recovering', 'firing', 'recovering', false],
        ['flapping', 'recovering', 'firing', true],
        ['steady', 'firing', 'firing', false],
        ['resolved', 'firing', 'normal', false],
      ],
    )
  })

  it('knows the highest and the lowest value of its samples, and the newest when asked', () => {
    const { bench, heater } = raised()
    for (const power_w of [1500, 900, 1100]) bench.sample(heater, power_w)
    const { highest, lowest, latest } = only(bench.book.open())
    assert.deepEqual([highest, lowest, latest.value], [1500, 900, 1100])
  })

  it('leaves values that are no numbers out of highest and lowest', () => {
    const { bench, heater } = raised()
    for (const power_w of ['hot', NaN, Infinity, undefined, null]) {
      heater.values = { power_w }
      bench.book.observed(heater)
    }
    const { highest, lowest } = only(bench.book.open())
    assert.deepEqual([highest, lowest], [1200, 1200])
  })

  it('follows the value of conditions that are joined, where it is of the device itself', () => {
    const highest = (device?: string): number | undefined => {
      const bench = new Bench()
      const above = { kind: 'above', key: 'power_w', value: 1000, ...(device !== undefined && { device }) }
      const on = { kind: 'equal', key: 'on', value: true }
      const watch = new ToldWatch(ruleOf({ condition: { kind: 'all', conditions: [on, above] } }), 'heater')
      bench.say(watch, 'raised', 1200)
      for (const power_w of [1500, 1100]) bench.sample(watch, power_w)
      return only(bench.book.open()).highest
    }
    assert.equal(highest(), 1500)
    assert.equal(highest('other'), 1200)
  })

  it('follows what a condition has made of its samples, where that is not the value of one', () => {
    const bench = new Bench()
    const slow = new ToldWatch(ruleOf({ condition: { kind: 'percentile', key: 'latency_ms', above: 200 } }), 'heater')
    slow.evidence = () => ({ key: 'latency_ms', value: 250, unit: 'ms' })
    bench.say(slow, 'raised')
    slow.values = { latency_ms: 4000 }
    bench.book.observed(slow)
    assert.equal(only(bench.book.open()).highest, 250)
  })

  it('does not change once it has been handed out', () => {
    const { bench, heater } = raised()
    const before = only(bench.book.open())
    const copy = structuredClone(before)
    bench.sample(heater, 5000)
    bench.say(heater, 'flapping')
    assert.deepEqual(before, copy)
    for (const part of [before, before.labels, before.raised, before.latest]) assert.ok(Object.isFrozen(part))
  })

  it('lasts by the monotonic clock, whatever is done to the wall clock', () => {
    const { bench } = raised()
    bench.clock.advance(5 * MINUTE)
    bench.clock.jump(-3_600_000)
    assert.equal(only(bench.book.open()).duration_s, 300)
    bench.clock.jump(86_400_000)
    assert.equal(only(bench.book.open()).duration_s, 300)
  })

  it('has another id than all others, even of the same millisecond, or after the clock was set back', () => {
    const { bench, heater } = raised()
    const ids = [only(bench.book.open()).id]
    for (const jump_ms of [0, -MINUTE, -MINUTE, 1, 0]) {
      bench.say(heater, 'resolved')
      bench.clock.jump(jump_ms)
      bench.restart()
      bench.say(heater, 'raised')
      ids.push(only(bench.book.open()).id)
    }
    assert.equal(new Set(ids).size, ids.length)
  })

  it('ignores what does not follow: one that is raised twice is raised once, one that is over is not over again', () => {
    const { bench, heater } = raised()
    for (const change of ['raised', 'pending', 'cancelled', 'relapsed', 'steady', 'escalated'] as const) {
      bench.say(heater, change)
    }
    assert.deepEqual(bench.heard(), [])
    bench.say(heater, 'resolved')
    for (const change of ['resolved', 'recovering', 'flapping', 'escalated', 'cancelled'] as const) {
      bench.say(heater, change)
    }
    assert.deepEqual(bench.heard(), ['resolved heater'])
  })

  it('ends with its reason, when its rule or its device is gone, or nothing is heard any more', () => {
    for (const reason of ['rule_removed', 'rule_disabled', 'device_removed', 'no_data'] as const) {
      const { bench, heater } = raised()
      bench.book.ended(heater, reason)
      assert.equal(only(bench.book.history(10)).ended_by, reason)
      assert.deepEqual(bench.heard(), ['resolved heater'])
    }
  })

  it('ends with all others of a rule, and what was pending is cancelled', () => {
    const { bench } = raised()
    bench.say(new ToldWatch(ruleOf(), 'kettle'), 'pending')
    bench.say(new ToldWatch(ruleOf({ id: 'other' }), 'kettle'), 'raised')
    bench.told.length = 0
    bench.book.endRule('power', 'rule_removed')
    assert.deepEqual(bench.heard(), ['resolved heater', 'cancelled kettle'])
    assert.equal(only(bench.book.open()).rule_id, 'other')
  })

  it('holds little of what a device says of itself, in one line', () => {
    const bench = new Bench()
    const watch = new ToldWatch(ruleOf(), 'x', `Fridge\n\u2028${'😀'.repeat(500)}`)
    const facts = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`fact${index}`, 'y'.repeat(9999)]))
    watch.evidence = () => ({ key: 'state', value: 'z'.repeat(1e6), facts })
    bench.say(watch, 'raised')
    const incident = only(bench.book.open())
    assert.match(incident.alias, /^Fridge 😀+…$/u)
    assert.ok(incident.alias.length <= 128)
    assert.ok(JSON.stringify(incident).length < 20_000)
  })

  it('knows how often people were reminded of it, over a restart', () => {
    const { bench, heater } = raised()
    const incident = only(bench.book.open())
    bench.book.told([
      { ...incident, reminders: 2 },
      { ...incident, id: 'of before', reminders: 9 },
    ])
    bench.restart()
    assert.equal(only(bench.book.open()).reminders, 2)
    bench.say(heater, 'resolved')
    bench.say(heater, 'raised')
    assert.equal(only(bench.book.open()).reminders, 0)
  })

  it('is not remembered without end: the newest thousand are, and two hundred over a restart', () => {
    const bench = new Bench()
    const heater = new ToldWatch(ruleOf(), 'heater')
    for (let count = 0; count < 2500; count++) {
      bench.say(heater, 'raised', count)
      bench.say(heater, 'resolved')
    }
    const history = bench.book.history(5000)
    assert.equal(history.length, 1000)
    assert.deepEqual([history[0]?.raised.value, history.at(-1)?.raised.value], [2499, 1500])
    assert.equal(bench.book.history(3).length, 3)
    bench.restart()
    assert.deepEqual(bench.book.history(5000), history.slice(0, 200))
  })
})

describe('an acknowledgement', () => {
  it('stays with the incident until that is over, and says who and when', () => {
    const { bench, heater } = raised()
    const now = bench.clock.now()
    const { acknowledged_at, acknowledged_by } = only(bench.book.acknowledge({ device: 'heat*' }, 'Ada'))
    assert.deepEqual([acknowledged_at, acknowledged_by], [now, 'Ada'])
    assert.deepEqual(bench.book.acknowledge({}, 'Bob'), [])
    bench.say(heater, 'recovering')
    bench.say(heater, 'relapsed')
    assert.equal(only(bench.book.open()).acknowledged_by, 'Ada')
    assert.deepEqual(bench.heard(), ['acknowledged heater', 'recovering heater', 'relapsed heater'])
    bench.say(heater, 'resolved')
    bench.say(heater, 'raised')
    assert.equal(only(bench.book.open()).acknowledged_at, undefined)
  })

  it('can be taken back, once', () => {
    const { bench } = raised()
    bench.book.acknowledge({})
    assert.equal(only(bench.book.unacknowledge({})).acknowledged_at, undefined)
    assert.deepEqual(bench.book.unacknowledge({}), [])
    assert.deepEqual(bench.heard(), ['acknowledged heater', 'unacknowledged heater'])
  })

  it('is over when it gets worse than what was acknowledged', () => {
    const { bench, heater } = raised()
    bench.book.acknowledge({})
    heater.level = 2
    bench.say(heater, 'escalated')
    assert.deepEqual(bench.heard(), ['acknowledged heater', 'unacknowledged heater', 'escalated heater'])
    const { level, acknowledged_at } = only(bench.book.open())
    assert.deepEqual([level, acknowledged_at], [2, undefined])
  })

  it('is of those that fit alone', () => {
    const { bench } = raised()
    bench.say(new ToldWatch(ruleOf({ id: 'other' }), 'kettle'), 'raised')
    assert.deepEqual(
      bench.book.acknowledge({ rule_id: 'other' }).map(({ device_id }) => device_id),
      ['kettle'],
    )
  })
})

describe('incidents over a restart', () => {
  it('go on as they were: the same id, acknowledgement, extremes and course, without a word', () => {
    const { bench, heater } = raised()
    bench.sample(heater, 3000)
    bench.say(heater, 'flapping')
    bench.book.acknowledge({}, 'Ada')
    const before = only(bench.book.open())
    bench.told.length = 0
    assert.equal(bench.restart(10 * MINUTE), 0)
    assert.deepEqual(only(bench.book.open()), { ...before, duration_s: before.duration_s + 600 })
    assert.deepEqual(bench.book.raisedOn('power', 'heater')?.flapping, true)
    assert.deepEqual(bench.heard(), [])
  })

  it('are resolved once by a watch that is made anew, at the first sample that says so', () => {
    const { bench, heater } = raised()
    bench.restart(MINUTE)
    const again = new ToldWatch(ruleOf({ name: 'Too much power' }), 'heater', 'heater')
    bench.say(again, 'resolved', 2)
    bench.say(heater, 'resolved', 2)
    assert.deepEqual(
      bench.told.map(({ change, incident }) => [change, incident?.rule_name, incident?.alias, incident?.duration_s]),
      [['resolved', 'Too much power', 'Plug heater', 60]],
    )
  })

  it('never last less than before, though the clock was set back meanwhile', () => {
    const { bench } = raised()
    bench.clock.advance(MINUTE)
    bench.restart(0, (saved) => {
      bench.clock.jump(-10 * MINUTE)
      return saved
    })
    bench.clock.advance(1000)
    assert.equal(only(bench.book.open()).duration_s, 61)
  })

  it('keep what has been pending out: a sample of before starts nothing', () => {
    const bench = new Bench()
    bench.say(new ToldWatch(ruleOf(), 'heater'), 'pending')
    bench.restart()
    assert.deepEqual([bench.book.pending, bench.book.size], [0, 0])
  })
})
