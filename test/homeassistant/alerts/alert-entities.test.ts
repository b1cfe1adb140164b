import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { AlertCommand } from '../../../src/alerting/alert-command'
import { parseAlertCommand } from '../../../src/alerting/commands/parse-alert-command'
import { SEVERITIES } from '../../../src/alerting/rules/rule'
import { command, measurement, offline, online, reading, removed, timeline } from '../../support/alert-timeline'
import { AlertScreen } from './alert-screen'
import { changeOf } from './changes'

const HIGH = { id: 'high', name: 'High power', condition: { kind: 'above', value: 2000 }, labels: { room: 'bath' } }
const OFFLINE = { id: 'offline', name: 'Offline', condition: { kind: 'offline' }, many_from: 3 }

/** As `kasa-alert` reads them from messages. */
function parsed(commands: readonly AlertCommand[]): AlertCommand[] {
  return commands.map(({ command, ...given }) => parseAlertCommand(command, given))
}

describe('Alerts in Home Assistant', () => {
  it('are nowhere before the first change has come, and from then on every device has them', () => {
    const screen = new AlertScreen(new Set(['heater', 'washer']))
    assert.deepEqual(screen.entities.componentsOf('heater'), {})
    assert.equal(screen.kept.size, 0)
    screen.take(changeOf('pending', { device_id: 'heater' }))
    screen.settle()
    assert.deepEqual(screen.touched, new Set([undefined, 'heater', 'washer']))
    assert.deepEqual(screen.problems, [])
    assert.deepEqual(screen.problem('washer'), { problem: false, open: 0, incidents: [] })
  })

  it('are nowhere at all where the node is set so', () => {
    const screen = new AlertScreen(new Set(['freezer']), 'no')
    screen.take(changeOf('raised'))
    screen.settle()
    assert.deepEqual([screen.kept.size, screen.events, screen.entities.componentsOf('freezer')], [0, [], {}])
  })

  it('tell of a heater that draws too much for a minute: the problem, the rule, the event', () => {
    const screen = new AlertScreen(new Set(['heater']))
    return timeline({ rules: [{ ...HIGH, for_s: 60 }] })
      .at('10:00', reading('Heater', { power_w: 2100 }))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.problems, []))
      .at('10:01', reading('Heater', { power_w: 2100 }))
      .doing(screen.follow)
      .doing(() => {
        const facts = { severity: 'warning', value: 2100, unit: 'W', threshold: 2000, acknowledged: false }
        const open = { ...facts, alias: 'Heater', raised_at: '2026-03-02T10:01:00.000Z' }
        assert.deepEqual(screen.problem('heater'), {
          ...{ problem: true, open: 1, incidents: [{ ...open, rule: 'High power' }] },
        })
        assert.deepEqual(screen.rule('heater', 'high'), {
          ...{ ...open, problem: true, open: 1, acknowledged_by: null, flapping: false, resolved_at: null },
          ...{ duration_s: null, labels: { room: 'bath' }, devices: [] },
        })
        assert.deepEqual(screen.events, ['heater raised High power'])
      })
      .at('10:02', command({ command: 'acknowledge', by: 'Ann' }))
      .doing(screen.follow)
      .doing(() => {
        assert.equal(screen.rule('heater', 'high')?.['acknowledged_by'], 'Ann')
        assert.equal(screen.payloads.at(-1)?.['acknowledged_by'], 'Ann')
      })
      .at('10:05', reading('Heater', { power_w: 5 }))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.problem('heater'), { problem: false, open: 0, incidents: [] })
        const { problem, duration_s, resolved_at, value } = screen.rule('heater', 'high') ?? {}
        assert.deepEqual([problem, duration_s, resolved_at, value], [false, 240, '2026-03-02T10:05:00.000Z', 5])
        assert.deepEqual(screen.events.slice(1), ['heater acknowledged High power', 'heater resolved High power'])
        assert.equal(screen.payloads.at(-1)?.['changed_at'], '2026-03-02T10:05:00.000Z')
      })
  })

  it('are no events as long as it is not certain what they will be', () => {
    const screen = new AlertScreen(new Set(['heater']))
    return timeline({ rules: [{ ...HIGH, for_s: 60, keep_firing_s: 60 }] })
      .at('10:00', reading('Heater', { power_w: 2100 }))
      .at('10:00:30', reading('Heater', { power_w: 5 }))
      .at('10:01', reading('Heater', { power_w: 2100 }))
      .at('10:02', reading('Heater', { power_w: 2100 }))
      .at('10:03', reading('Heater', { power_w: 5 }))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.problems, ['heater'], 'it is not over yet'))
      .at('10:03:30', reading('Heater', { power_w: 2100 }))
      .at('10:05', reading('Heater', { power_w: 5 }))
      .at('10:06', reading('Heater', { power_w: 5 }))
      .doing(screen.follow)
      .expectSteps([
        '10:00 pending High power: Heater',
        '10:00:30 cancelled High power: Heater',
        '10:01 pending High power: Heater',
        '10:02 raised High power: Heater',
        '10:03 recovering High power: Heater',
        '10:03:30 relapsed High power: Heater',
        '10:05 recovering High power: Heater',
        '10:06 resolved High power: Heater',
      ])
      .doing(() => assert.deepEqual(screen.events, ['heater raised High power', 'heater resolved High power']))
  })

  it('tell once of what comes and goes, and when it is steady', () => {
    const screen = new AlertScreen(new Set(['heater']))
    const story = timeline({ rules: [{ ...HIGH, flapping_changes: 4, flapping_within_s: 600 }] })
    for (const [index, power_w] of [2100, 5, 2100, 5, 2100, 5].entries()) {
      story.at(`10:0${index}`, reading('Heater', { power_w })).doing(screen.follow)
    }
    return story
      .doing(() => assert.deepEqual([screen.problems, screen.rule('heater', 'high')?.['flapping']], [['heater'], true]))
      .until('10:30')
      .doing(screen.follow)
      .doing(() => {
        const told = screen.events.map((event) => event.split(' ')[1])
        assert.deepEqual(told, ['raised', 'resolved', 'raised', 'flapping', 'steady', 'resolved'])
        assert.deepEqual(screen.problems, [])
      })
  })

  it('tell of each step of a budget, which nobody has acknowledged then', () => {
    const screen = new AlertScreen(new Set(['heater']))
    const budget = { kind: 'energy', period: 'day', limit_kwh: 1, steps_pct: [50, 100] }
    return timeline({ rules: [{ id: 'budget', name: 'Budget', condition: budget }] })
      .at('10:00', reading('Heater', { energy_kwh: 10 }))
      .at('10:10', reading('Heater', { energy_kwh: 10.6 }))
      .after('1 s', command({ command: 'acknowledge' }))
      .after('1 s', command({ command: 'unacknowledge' }))
      .at('10:20', reading('Heater', { energy_kwh: 11.1 }))
      .doing(screen.follow)
      .doing(() => {
        const told = screen.events.map((event) => event.split(' ')[1])
        assert.deepEqual(told, ['raised', 'acknowledged', 'unacknowledged', 'escalated'])
        assert.equal(screen.rule('heater', 'budget')?.['acknowledged'], false)
      })
  })

  it('show many that are one incident on the page of the bridge, and the problem with each of them', () => {
    const names = ['Plug', 'Lamp', 'Fan']
    const screen = new AlertScreen(new Set(['plug', 'lamp', 'fan', 'freezer']))
    return timeline({ rules: [OFFLINE] })
      .at('10:00', ...names.map((name) => reading(name)))
      .at('10:01', ...names.map(offline))
      .after('10 s')
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.problems, ['bridge', 'plug', 'lamp', 'fan'])
        assert.deepEqual(screen.events, ['bridge raised Offline'])
        assert.deepEqual(screen.rule(undefined, 'offline')?.['devices'], names)
        assert.equal(screen.shown(screen.topics.open_alerts)?.['open'], 1)
      })
      .at('10:02', online('Fan'), reading('Fan'))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.problems, ['bridge', 'plug', 'lamp'])
        assert.equal(screen.rule('fan', 'offline')?.['resolved_at'], '2026-03-02T10:02:00.000Z')
      })
      .at('10:03', online('Lamp'), reading('Lamp'))
      .until('10:09')
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.problems, ['plug'], 'the last one is an incident of its own again'))
      .at('10:10', online('Plug'), reading('Plug'))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.problems, [])
        assert.deepEqual(screen.events, ['bridge raised Offline', 'plug resolved Offline'])
      })
  })

  it('keep a problem that becomes part of many without a break', () => {
    const screen = new AlertScreen(new Set(['plug', 'lamp', 'fan']))
    const states: unknown[] = []
    return timeline({ rules: [OFFLINE] })
      .at('10:00', reading('Plug'), reading('Lamp'), reading('Fan'))
      .at('10:01', offline('Plug'))
      .until('10:02')
      .doing(screen.follow)
      .at('10:03', offline('Lamp'), offline('Fan'))
      .after('10 s')
      .doing((stage) => {
        const { kept } = screen
        const set = kept.set.bind(kept)
        kept.set = (topic, payload) => {
          if (topic === screen.topics.problem('plug')) states.push(JSON.parse(payload).problem)
          return set(topic, payload)
        }
        screen.follow(stage)
      })
      .doing(() => assert.deepEqual(states, [true]))
  })

  it('show what is no device on the page of the bridge', () => {
    const screen = new AlertScreen(new Set(['heater']))
    const cpu = { id: 'cpu', name: 'CPU high', condition: { kind: 'above', key: 'cpu_pct', value: 80 } }
    return timeline({ rules: [cpu] })
      .at('10:00', measurement('host', { cpu_pct: 90 }), measurement('other', { cpu_pct: 95 }))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.problems, ['bridge'])
        assert.equal(screen.rule(undefined, 'cpu')?.['open'], 2)
      })
      .at('10:01', measurement('host', { cpu_pct: 10 }))
      .doing(screen.follow)
      .doing(() => assert.deepEqual([screen.problems, screen.rule(undefined, 'cpu')?.['alias']], [['bridge'], 'other']))
      .at('10:02', measurement('other', { cpu_pct: 10 }))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.problems, []))
  })

  it('move to the page of a device that turns out to be one', () => {
    const screen = new AlertScreen(new Set())
    screen.take(changeOf('raised', { rule_id: 'cold' }))
    screen.take(changeOf('resolved', { rule_id: 'cold' }))
    screen.take(changeOf('raised'))
    screen.settle()
    assert.deepEqual(screen.problems, ['bridge'])
    screen.devices.add('freezer')
    assert.deepEqual(screen.entities.appeared('freezer'), new Set([undefined, 'freezer']))
    screen.settle()
    assert.deepEqual(screen.problems, ['freezer'])
    assert.equal(screen.rule('freezer', 'cold')?.['problem'], false)
    for (const rule_id of ['hot', 'cold']) {
      assert.equal(screen.rule(undefined, rule_id), undefined)
      assert.ok(screen.entities.componentsOf('freezer')[`rule_${rule_id}`])
      assert.equal(screen.entities.componentsOf(undefined)[`rule_${rule_id}`], undefined)
    }
  })

  it('of an outlet without a page are on that of its strip', () => {
    const screen = new AlertScreen(new Set(['strip']))
    screen.strips.set('strip_1', 'strip').set('strip_2', 'strip')
    screen.take(changeOf('raised', { device_id: 'strip_1', alias: 'Lamp' }))
    screen.take(changeOf('raised', { device_id: 'strip_2', alias: 'Fan', severity: 'critical' }))
    screen.take(changeOf('resolved', { device_id: 'strip_2', alias: 'Fan', severity: 'critical' }))
    screen.settle()
    assert.deepEqual(screen.problems, ['strip'])
    assert.equal(screen.rule('strip', 'hot')?.['alias'], 'Lamp')
    assert.deepEqual(screen.events, ['strip raised Too hot', 'strip raised Too hot', 'strip resolved Too hot'])
    screen.strips.delete('strip_1')
    screen.devices.add('strip_1')
    screen.entities.appeared('strip_1')
    screen.settle()
    assert.deepEqual(screen.problems, ['strip_1'], 'it has a meter after all')
  })

  it('say what is open after a restart, until it is resolved', () => {
    const screen = new AlertScreen(new Set(['heater', 'washer']))
    return timeline({ rules: [HIGH] })
      .at('10:00', reading('Heater', { power_w: 2100 }), reading('Washer', { power_w: 2100 }))
      .at('10:01', reading('Washer', { power_w: 5 }))
      .doing(screen.follow)
      .doing(() => screen.restart())
      .doing(() => {
        assert.deepEqual(screen.problems, ['heater'])
        assert.equal(screen.rule('washer', 'high')?.['problem'], false)
        assert.ok(screen.entities.componentsOf('washer')['rule_high_raised'])
        assert.equal(screen.shown(screen.topics.open_alerts)?.['open'], 1)
      })
      .restart({ away: '5 min' })
      .after('1 s', reading('Heater', { power_w: 5 }))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.problems, []))
      .doing(() => screen.restart())
      .doing(() => assert.deepEqual(screen.problems, []))
  })

  it('go on after a restart where many are one', () => {
    const screen = new AlertScreen(new Set(['plug', 'lamp', 'fan']))
    return timeline({ rules: [OFFLINE] })
      .at('10:00', reading('Plug'), reading('Lamp'), reading('Fan'))
      .at('10:01', offline('Plug'), offline('Lamp'), offline('Fan'))
      .after('10 s')
      .doing(screen.follow)
      .doing(() => screen.restart())
      .doing(() => assert.deepEqual(screen.problems, ['bridge', 'plug', 'lamp', 'fan']))
  })

  it('correct what was resolved while nobody listened, with the next change', () => {
    const screen = new AlertScreen(new Set(['heater']))
    return timeline({ rules: [{ ...HIGH, for_s: 60 }] })
      .at('10:00', reading('Heater', { power_w: 2100 }))
      .at('10:01', reading('Heater', { power_w: 2100 }))
      .doing(screen.follow)
      .at('10:02', reading('Heater', { power_w: 5 }))
      .doing(({ told }) => void told.splice(0))
      .doing(() => assert.deepEqual(screen.problems, ['heater']))
      .at('10:03', reading('Heater', { power_w: 2100 }))
      .doing(screen.follow)
      .doing(() => {
        const { problem, resolved_at, duration_s } = screen.rule('heater', 'high') ?? {}
        assert.deepEqual([screen.problems, problem], [[], false])
        assert.deepEqual([resolved_at, duration_s], [null, null], 'nobody knows when that was')
      })
  })

  for (const [what, rules] of [
    ['removed', []],
    ['disabled', [{ ...HIGH, enabled: false }]],
  ] as const) {
    it(`take away what belongs to a rule that is ${what}`, () => {
      const screen = new AlertScreen(new Set(['heater', 'washer']))
      return timeline({ rules: [HIGH] })
        .at('10:00', reading('Heater', { power_w: 2100 }), reading('Washer', { power_w: 2100 }))
        .doing(screen.follow)
        .doing(() => screen.touched.clear())
        .restart({ rules })
        .doing(screen.follow)
        .doing(() => {
          assert.deepEqual(screen.problems, [])
          assert.equal(screen.kept.has(screen.topics.problem('heater', 'high')), false)
          assert.equal(screen.entities.componentsOf('heater')['rule_high'], undefined)
          assert.deepEqual(screen.touched, new Set(['heater', 'washer']))
          assert.equal(screen.payloads.at(-1)?.['ended_by'], `rule_${what}`)
        })
    })
  }

  it('take everything away of a device that is removed, and leave nothing of it on the bridge', () => {
    const screen = new AlertScreen(new Set(['heater']))
    return timeline({ rules: [HIGH] })
      .at('10:00', reading('Heater', { power_w: 2100 }))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual(screen.entities.remove('heater'), new Set())
        screen.devices.delete('heater')
      })
      .at('10:01', removed('Heater'))
      .doing(screen.follow)
      .doing(() => {
        assert.deepEqual([...screen.kept.keys()].sort(), ['kasa/bridge/open_alerts', 'kasa/bridge/problem'])
        assert.equal(screen.shown(screen.topics.open_alerts)?.['open'], 0)
        assert.equal(screen.entities.componentsOf(undefined)['rule_high'], undefined)
      })
  })

  it('name the gravest severity of all that is open', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    const count = () => screen.shown(screen.topics.open_alerts)
    for (const severity of SEVERITIES) {
      screen.take(changeOf('raised', { rule_id: severity, severity }))
      screen.settle()
      assert.equal(count()?.['severity'], severity)
    }
    screen.take(changeOf('acknowledged', { rule_id: 'info', severity: 'info', acknowledged_at: 5 }))
    screen.take(changeOf('resolved', { rule_id: 'critical', severity: 'critical' }))
    screen.settle()
    const expected = { open: 2, severity: 'warning', info: 1, warning: 1, critical: 0, acknowledged: 1 }
    assert.deepEqual(count(), expected)
    const listed = screen.problem('freezer')?.['incidents'] as { severity: string }[]
    assert.deepEqual(
      listed.map(({ severity }) => severity),
      ['warning', 'info'],
    )
  })

  it('tell states before the events of them, and no state twice for many changes at once', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    screen.take(changeOf('raised'))
    screen.settle()
    screen.published = 0
    for (let times = 0; times < 20; times++) {
      screen.take(changeOf('acknowledged', { acknowledged_at: 5 }))
      screen.take(changeOf('unacknowledged'))
    }
    screen.take(changeOf('resolved'))
    assert.equal(screen.events.length, 1)
    screen.settle()
    assert.deepEqual([screen.published, screen.events.length], [3, 42])
  })

  it('wait on a new page until Home Assistant listens there, and on one of before nowhere', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    screen.take(changeOf('raised'))
    screen.settle()
    assert.deepEqual([screen.problems, screen.events.length, screen.waits_ms], [['freezer'], 1, [4900]])
    screen.restart()
    screen.take(changeOf('resolved'))
    screen.settle()
    assert.deepEqual(screen.waits_ms, [4900, 0])
  })

  it('are told before a stop, and leave no timer', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    screen.take(changeOf('raised'))
    screen.entities.stop()
    screen.entities.stop()
    assert.deepEqual([screen.events.length, screen.clock.pending], [1, 0])
  })

  it('are acknowledged by the button of their page, those of many by that of any of them', () => {
    const screen = new AlertScreen(new Set(['plug', 'lamp', 'fan', 'heater']))
    const press = (home: string | undefined) => parsed(screen.entities.commandsOf(home, { command: 'acknowledge' }))
    return timeline({ rules: [OFFLINE, HIGH] })
      .at('10:00', reading('Plug'), reading('Lamp'), reading('Fan'), reading('Heater', { power_w: 2100 }))
      .at('10:01', offline('Plug'), offline('Lamp'), offline('Fan'))
      .after('10 s')
      .doing(screen.follow)
      .doing(({ engine }) => press('heater').forEach((each) => engine.run(each)))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.events.slice(2), ['heater acknowledged High power']))
      .doing(({ engine }) => press('lamp').forEach((each) => engine.run(each)))
      .doing(screen.follow)
      .doing(() => assert.deepEqual(screen.events.slice(3), ['bridge acknowledged Offline']))
      .doing(() => assert.equal(screen.rule('lamp', 'offline')?.['acknowledged_by'], 'Home Assistant'))
  })

  it('are silenced by the button of their page, there alone', () => {
    const screen = new AlertScreen(new Set(['heater', 'washer']))
    return timeline({ rules: [HIGH] })
      .at('10:00', measurement('host', { power_w: 3000 }))
      .doing(screen.follow)
      .expectNotified(['10:00 raised High power: host'])
      .doing(({ engine }) => {
        for (const home of ['heater', undefined]) {
          const commands = screen.entities.commandsOf(home, { command: 'silence', for_s: 1800 })
          for (const each of parsed(commands)) engine.run(each)
        }
      })
      .at('10:01', measurement('host', { power_w: 5 }))
      .at('10:02', reading('Heater', { power_w: 2100 }), reading('Washer', { power_w: 2100 }))
      .expectNotified(['10:02 raised High power: Washer'])
  })

  it('know at most 100 rules of a device and 2,000 in all; those leave that have been idle for longest', () => {
    const devices = new Set(Array.from({ length: 25 }, (_, index) => `d${index}`))
    const screen = new AlertScreen(devices)
    let at = 1_767_600_000_000
    const rulesOf = (home: string) =>
      Object.keys(screen.entities.componentsOf(home)).filter((key) => /^rule_r\d+$/.test(key))
    for (const device_id of devices) {
      screen.entities.changed(changeOf('raised', { device_id, rule_id: 'r0', raised_at: at++ }))
      for (let rule = 1; rule < 110; rule++) {
        const of = { device_id, rule_id: `r${rule}`, raised_at: at++ }
        screen.entities.changed(changeOf('raised', of))
        screen.entities.changed(changeOf('resolved', { ...of, resolved_at: at++ }))
      }
    }
    screen.settle()
    const counts = [...devices].map((home) => rulesOf(home).length)
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      2000,
    )
    assert.equal(Math.max(...counts), 100)
    for (const home of devices) assert.ok(rulesOf(home).includes('rule_r0'), 'what is open stays')
    const kept = [...screen.kept.keys()].filter((topic) => /problem\/r\d+$/.test(topic))
    assert.equal(kept.length, 2000, 'no state of a rule that is gone is kept')
    assert.deepEqual(screen.problems, [...devices])
  })

  it('count at most 10,000 that are open', () => {
    const screen = new AlertScreen(new Set(['freezer']))
    screen.entities.changed(changeOf('raised'))
    for (let topic = 0; topic < 10_050; topic++) {
      screen.entities.changed(changeOf('raised', { device_id: `topic${topic}`, rule_id: 'cpu' }))
    }
    screen.settle()
    assert.equal(screen.shown(screen.topics.open_alerts)?.['open'], 10_000)
    assert.deepEqual(screen.problems, ['bridge'], 'the oldest counts as over')
  })

  it('begin anew where what was saved is damaged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (rules, open) => {
        const screen = new AlertScreen(new Set(['freezer']))
        for (const saved of [{ rules, open }, rules, { rules: [rules], open: [open] }]) {
          screen.save(undefined, saved as never)
          screen.save('freezer', saved as never)
          screen.restart()
          assert.deepEqual(screen.problems, [])
        }
      }),
      { numRuns: 50 },
    )
  })

  it('say ON exactly as long as an incident of the device is open, whatever happens and however often it restarts', () => {
    const devices = ['freezer', 'plug', 'lamp'] as const
    const step = fc.record({
      device_id: fc.constantFrom(...devices, 'topic'),
      rule_id: fc.constantFrom('a', 'b', 'c'),
      change: fc.constantFrom('raised', 'escalated', 'acknowledged', 'resolved', 'pending', 'restart', 'removed'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const screen = new AlertScreen(new Set(devices))
        const open = new Set<string>()
        for (const [index, { device_id, rule_id, change }] of steps.entries()) {
          const of = { device_id, rule_id, raised_at: 1_767_600_000_000 + index }
          const key = `${device_id} ${rule_id}`
          if (change === 'restart') screen.restart()
          else if (change === 'removed') screen.take(changeOf('resolved', { ...of, ended_by: 'rule_removed' }))
          else screen.take(changeOf(change, of))
          if (['raised', 'escalated', 'acknowledged'].includes(change)) open.add(key)
          else if (change !== 'restart') open.delete(key)
        }
        screen.settle()
        for (const home of [undefined, ...devices]) {
          const here = [...open].filter((key) => key.startsWith(`${home ?? 'topic'} `))
          if (steps.length === 0) continue
          assert.equal(screen.problem(home)?.['problem'] ?? false, here.length > 0)
          for (const rule_id of ['a', 'b', 'c']) {
            const isOpen = here.some((key) => key.endsWith(rule_id))
            assert.equal(screen.rule(home, rule_id)?.['problem'] ?? false, isOpen)
          }
        }
      }),
    )
  })
})
