import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { READY_MADE_FOR_HOSTS } from '../../src/alerting/rules/ready-made-hosts'
import { ALL_FAMILIES } from '../../src/metrics/families'
import { FIGURE_NAMES } from '../../src/metrics/figures'
import { PROJECT } from '../support/node-red'

const page = readFileSync(join(PROJECT, 'docs', 'metrics.md'), 'utf8')
const all = ALL_FAMILIES.flatMap(({ families }) => families)

describe('The metrics', () => {
  it('are in the documentation as they are in the table, in its order', () => {
    const documented = page.slice(page.indexOf('## All metrics')).split('\n').slice(2)
    const expected = ALL_FAMILIES.flatMap(({ title, families }) => [
      `### ${title}`,
      '',
      '| metric | type | labels | meaning |',
      '| --- | --- | --- | --- |',
      ...families.map(({ name, type, labels, help }) => {
        const named = labels.map((label) => `\`${label}\``).join(', ')
        return ['', `\`${name}\``, type, named, help, ''].join(' | ').trim().replace(/\s+/g, ' ')
      }),
      '',
    ])
    assert.deepEqual(documented.join('\n').trim(), expected.join('\n').trim())
  })

  it('have names of their own, in the conventions of Prometheus', () => {
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
    for (const { name, type } of all) {
      assert.match(name, /^kasa(_[a-z][a-z0-9]*)+$/)
      assert.equal(name.endsWith('_total'), type === 'counter', name)
      assert.doesNotMatch(name, /_(ms|pct|kb|mb|percent|milliseconds)(_|$)/)
      if (type === 'histogram') assert.match(name, /_seconds$/)
    }
  })

  it('have labels that Prometheus does not keep for itself', () => {
    for (const { name, labels } of all) {
      assert.equal(new Set(labels).size, labels.length, name)
      for (const label of labels) assert.match(label, /^(?!le$|quantile$|job$|instance$)[a-z][a-z_]*$/, name)
    }
  })
})

describe('The figures in messages', () => {
  it('are in the documentation, each once', () => {
    const table = page.slice(page.indexOf('## As messages'), page.indexOf('## Health'))
    const documented = [...table.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name)
    assert.deepEqual(documented, FIGURE_NAMES)
  })

  it('have the names that the ready-made rules of the host go by', () => {
    const keys = Object.values(READY_MADE_FOR_HOSTS).flatMap(({ rule: { condition } }) =>
      condition.kind === 'above' || condition.kind === 'backlog' ? [condition.key] : [],
    )
    assert.ok(keys.length >= 7)
    assert.deepEqual(
      keys.filter((key) => !FIGURE_NAMES.includes(key)),
      [],
    )
  })
})
