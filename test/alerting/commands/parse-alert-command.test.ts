import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { parseAlertCommand } from '../../../src/alerting/commands/parse-alert-command'
import { MonitorError } from '../../../src/domain/errors'

const COMMANDS = [
  ...['acknowledge', 'unacknowledge', 'silence', 'unsilence', 'enable'],
  ...['disable', 'test', 'list', 'history', 'set_rules'],
]

function assertRefused(command: string, given: unknown, field: string, range: RegExp): void {
  assert.throws(
    () => parseAlertCommand(command, given),
    (thrown: unknown) => {
      assert.ok(thrown instanceof MonitorError)
      assert.equal(thrown.code, 'INPUT_INVALID')
      assert.equal(thrown.details.field, field)
      assert.match(thrown.details.range ?? '', range)
      return true
    },
  )
}

describe('parseAlertCommand', () => {
  it('takes a command that needs nothing without a payload, or with a blank one', () => {
    for (const given of [undefined, null, '', {}]) {
      assert.deepEqual(parseAlertCommand('list', given), { command: 'list' })
    }
  })

  it('takes every field of a filter', () => {
    const filter = {
      incident_id: 'r/d/1',
      rule_id: 'r',
      device: 'Kitchen*',
      severity: 'critical',
      labels: { room: 'hall' },
    }
    assert.deepEqual(parseAlertCommand('acknowledge', { ...filter, by: 'Ada' }), {
      command: 'acknowledge',
      ...filter,
      by: 'Ada',
    })
    for (const command of ['unacknowledge', 'silence', 'list', 'history']) {
      assert.deepEqual(parseAlertCommand(command, filter), { command, ...filter })
    }
  })

  it('takes the end of a silence as text with its zone, as ms, or as a number of seconds', () => {
    const until = Date.UTC(2026, 0, 6, 7)
    for (const given of ['2026-01-06T08:00+01:00', '2026-01-06T07:00:00.000Z', until]) {
      assert.deepEqual(parseAlertCommand('silence', { until: given }), { command: 'silence', until })
    }
    assert.deepEqual(parseAlertCommand('silence', { for_s: 600, critical: true, comment: 'work on the roof' }), {
      ...{ command: 'silence', for_s: 600, critical: true, comment: 'work on the roof' },
    })
  })

  it('refuses an end that is no moment, or one beside a duration', () => {
    for (const until of ['tomorrow', '2026-01-06T08:00', '2026-13-06', '-1h', 5, NaN, Infinity]) {
      assertRefused('silence', { until }, 'silence.until', /ms since the epoch|ISO text/)
    }
    assertRefused('silence', { until: true }, 'silence.until', /ISO text/)
    assertRefused('silence', { until: Date.UTC(2026, 1), for_s: 5 }, 'silence.until', /nothing beside for_s/)
  })

  it('names the field, the value and what is allowed', () => {
    assertRefused('silence', { for_s: '10' }, 'silence.for_s', /number s/)
    assertRefused('history', { limit: 0 }, 'history.limit', /whole number from 1 to 1000/)
    assertRefused('list', { severity: 'grave' }, 'list.severity', /info, warning, critical/)
    assertRefused('list', { labels: { room: 1 } }, 'list.labels.room', /text/)
    assertRefused('enable', {}, 'enable.rule_id', /letters, digits/)
    assertRefused('enable', { rule_id: '' }, 'enable.rule_id', /letters, digits/)
    assertRefused('test', 'fridge', 'test', /an object with rule_id/)
    assertRefused('mute', {}, 'command', /acknowledge, .*set_rules/)
  })

  it('refuses keys that the command does not know, rather than ignoring what was meant', () => {
    assertRefused('acknowledge', { devcie: 'fridge' }, 'acknowledge.devcie', /incident_id, rule_id, device/)
    assertRefused('unsilence', { device: 'fridge' }, 'unsilence.device', /silence_id/)
    assertRefused('list', JSON.parse('{"__proto__": {"device": "x"}}'), 'list.__proto__', /only the keys/)
    assertRefused('list', [1], 'list', /an object/)
  })

  it('refuses a group, which a filter does not know, and a blank device', () => {
    for (const device of ['@kitchen', '!@kitchen', '', '!']) {
      assertRefused('silence', { device }, 'silence.device', /no @group/)
    }
  })

  it('takes rules as a list, or under their name, and fills in their defaults', () => {
    const rule = { id: 'hot', condition: { kind: 'above', key: 'temperature_c', value: 40 } }
    for (const given of [[rule], { rules: [rule] }]) {
      const command = parseAlertCommand('set_rules', given)
      assert.ok(command.command === 'set_rules')
      assert.deepEqual(
        command.rules.map(({ id, severity }) => [id, severity]),
        [['hot', 'warning']],
      )
    }
  })

  it('names the path in rules that are wrong, as input', () => {
    const rule = { id: 'hot', condition: { kind: 'above', key: 'temperature_c', value: 'forty' } }
    assertRefused('set_rules', [rule], 'rules[0].condition.value', /number/)
    assertRefused('set_rules', 'none', 'set_rules', /rules/)
    assertRefused('set_rules', {}, 'set_rules.rules', /list of rules/)
    const grouped = [{ devices: ['@attic'], condition: { kind: 'offline' } }]
    assert.doesNotThrow(() => parseAlertCommand('set_rules', grouped, { attic: ['fan'] }))
    assert.throws(() => parseAlertCommand('set_rules', grouped, {}), { code: 'INPUT_INVALID' })
  })

  it('keeps nothing that the flow may change afterwards', () => {
    const labels = { room: 'hall' }
    const command = parseAlertCommand('silence', { labels })
    labels.room = 'attic'
    assert.deepEqual(command, { command: 'silence', labels: { room: 'hall' } })
  })

  it('gives a command or an error with a code, whatever the message holds', () => {
    const command = fc.oneof(fc.constantFrom(...COMMANDS), fc.string())
    const key = fc.constantFrom('device', 'labels', 'until', 'for_s', 'rules', 'rule_id', 'limit', '__proto__', 'by')
    const given = fc.oneof(fc.anything(), fc.dictionary(key, fc.oneof(fc.anything(), fc.string(), fc.integer())))
    fc.assert(
      fc.property(command, given, (name, payload) => {
        try {
          assert.equal(parseAlertCommand(name, payload).command, name)
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError, String(thrown))
          assert.equal(thrown.code, 'INPUT_INVALID')
        }
        assert.deepEqual(Object.keys(Object.prototype), [])
      }),
      { numRuns: 500 },
    )
  })
})
