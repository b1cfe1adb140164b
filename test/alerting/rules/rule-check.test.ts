import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import { PLACEHOLDERS } from '../../../src/alerting/rules/templates'
import { assertRefused } from './refusals'

const PAGE = join(__dirname, '..', '..', '..', '..', 'docs', 'alerts.md')

const offline = { kind: 'offline' }

function taken(rule: object): void {
  parseRules([{ condition: offline, ...rule }])
}

function refused(rule: object, path: string, range?: RegExp): void {
  assertRefused(() => parseRules([{ condition: offline, ...rule }]), `rules[0].${path}`, range)
}

describe('fields of a rule that do not fit one another', () => {
  it('are a clear value on the wrong side', () => {
    const limits = (kind: string, value: number, clear: number) => ({ condition: { kind, value, clear } })
    taken(limits('above', 2000, 2000))
    taken(limits('below', 5, 5))
    refused(limits('above', 2000, 2001), 'condition.clear', /at most value, which is 2000/)
    refused(limits('below', 5, 4.9), 'condition.clear', /at least value, which is 5/)
    refused({ condition: { kind: 'percentile', above: 200, clear: 201 } }, 'condition.clear', /at most above/)
  })

  it('are a cost without a price, where the node has no tariff either', () => {
    const cost = { kind: 'cost', limit: 2 }
    const rules = [{ condition: { kind: 'any', conditions: [offline, cost] } }]
    refused({ condition: cost }, 'condition.price_per_kwh', /a number, or a tariff that the node has chosen/)
    assertRefused(() => parseRules(rules), 'rules[0].condition.conditions[1].price_per_kwh')
    const [rule] = parseRules([{ condition: { ...cost, currency: '$' } }], 'rules', undefined, { currency: 'CHF' })
    assert.ok(rule?.condition.kind === 'cost' && rule.condition.currency === 'CHF')
    taken({ condition: { ...cost, price_per_kwh: 0 } })
  })

  it('are a band without a middle', () => {
    const band = (low: number, high: number, margin: number) => ({ condition: { kind: 'outside', low, high, margin } })
    taken(band(207, 253, 22.9))
    refused(band(253, 207, 0), 'condition.high', /more than low, which is 253/)
    refused(band(230, 230, 0), 'condition.high')
    refused(band(207, 253, 23), 'condition.margin', /less than half/)
  })

  it('are steps that do not rise', () => {
    const steps = (...steps_pct: number[]) => ({ condition: { kind: 'energy', limit_kwh: 5, steps_pct } })
    taken(steps(50, 80, 100))
    refused(steps(50, 50), 'condition.steps_pct[1]', /more than the step before, 50 %/)
    refused(steps(80, 50, 100), 'condition.steps_pct[1]')
    refused(
      { condition: { kind: 'cost', limit: 2, price_per_kwh: 0.3, steps_pct: [100, 50] } },
      'condition.steps_pct[1]',
    )
  })

  it('are more samples than are looked at', () => {
    taken({ at_least: 3, out_of: 3 })
    refused({ at_least: 3, out_of: 2 }, 'at_least', /at most out_of, which is 2/)
  })

  it('are an appliance that is off at a higher power than it runs at', () => {
    refused({ condition: { kind: 'finished', above_w: 4, below_w: 5 } }, 'condition.above_w', /at least below_w/)
  })

  it('are what happens to devices, and the energy of no sum, of a group', () => {
    const group = (together: string, condition: object) => ({ together, condition })
    const energy = { kind: 'energy', limit_kwh: 5 }
    const pressed = { kind: 'event', event: 'pressed' }
    taken(group('sum', energy))
    refused(group('mean', energy), 'together', /each or sum with energy/)
    refused(group('sum', pressed), 'together', /a group has no event/)
    refused(group('sum', { kind: 'all', conditions: [energy, pressed] }), 'together', /no event/)
    taken(group('sum', { kind: 'all', conditions: [energy, { ...pressed, device: 'Button' }] }))
  })

  it('are many devices of one value that is made of all', () => {
    refused({ together: 'sum', many_from: 5, condition: { kind: 'above', value: 1 } }, 'many_from', /by their sum/)
  })

  it('are flapping of a single change', () => {
    taken({ flapping_changes: 0 })
    refused({ flapping_changes: 1 }, 'flapping_changes', /0 or at least 2/)
  })

  it('are events that nobody sends, and patterns where one device is named', () => {
    taken({ condition: { kind: 'event', event: 'offline', until: ['online', 'removed'] } })
    refused({ condition: { kind: 'event', event: 'offline', until: ['onlin'] } }, 'condition.until[0]', /one of added/)
    for (const device of ['Boiler*', '@kitchen', '!Boiler']) {
      const condition = { kind: 'all', conditions: [offline, { kind: 'offline', device }] }
      refused({ condition }, 'condition.conditions[1].device', /no pattern/)
    }
  })

  it('are groups that the node does not have', () => {
    const rules = [{ condition: offline, devices: ['Heater', '!@cellar', '@kitchen'] }]
    const groups = { kitchen: ['Kettle'] }
    parseRules(rules)
    parseRules(rules, 'rules', { ...groups, cellar: ['Pump'] })
    assertRefused(() => parseRules(rules, 'rules', groups), 'rules[0].devices[1]', /one of the groups @kitchen/)
    assertRefused(() => parseRules(rules, 'rules', {}), 'rules[0].devices[1]', /this node has none/)
    const inherited = [{ condition: offline, devices: ['@toString'] }]
    assertRefused(() => parseRules(inherited, 'rules', groups), 'rules[0].devices[0]')
  })
})

describe('templates of a rule', () => {
  it('may name what there is, and the labels of the rule', () => {
    taken({ title: '{{name}}: {{ value }} {{unit}}', text: 'no braces', resolved_text: '{ {{{since}}} }' })
    taken({ text: 'In the {{labels.room}}', labels: { room: 'bath' } })
  })

  it('are explained, name by name, in the page on alerts', () => {
    const page = readFileSync(PAGE, 'utf8')
    for (const [name, meaning] of Object.entries(PLACEHOLDERS)) {
      assert.ok(page.includes(`| \`{{${name}}}\` | ${meaning} |`), name)
    }
  })

  it('are refused where they name anything else', () => {
    refused({ title: '{{nmae}}' }, 'title', /one of name, device_id, .*value/)
    refused({ text: '{{labels.rom}}', labels: { room: 'bath' } }, 'text', /labels\.room/)
    for (const text of ['{{}}', '{{constructor}}', '{{labels.constructor}}', '{{labels}}', '{{#if value}}']) {
      refused({ resolved_text: text }, 'resolved_text')
    }
  })

  it('are refused where a brace is missing', () => {
    refused({ text: 'It is {{value' }, 'text', /both of its braces/)
    refused({ text: 'It is value}}' }, 'text', /both of its braces/)
  })
})
