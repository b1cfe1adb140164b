import assert from 'node:assert/strict'
import { beforeEach, it } from 'mocha'
import type { EnergyReport } from '../../../src/energy/report'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'

inEachNodeRed('kasa-tariff', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))

  const database: FlowNode = { id: 'database', type: 'kasa-database', file: 'tariff.sqlite' }
  const history: FlowNode = {
    ...{ id: 'history', type: 'kasa-history', database: 'database', operation: 'energy', tariff: 'tariff' },
    wires: [['answer']],
  }
  const deploy = (tariff: object) =>
    nodeRed.deploy([{ id: 'tariff', type: 'kasa-tariff', ...tariff }, database, history])

  it('is one price, in the time zone of the machine, until somebody says otherwise', async () => {
    await deploy({})
    await nodeRed.send('history', {})
    const { tariff, currency, time_zone, rows } = (await nodeRed.receive('answer')).payload as EnergyReport
    assert.deepEqual([tariff, currency, time_zone], ['tariff', 'EUR', Intl.DateTimeFormat().resolvedOptions().timeZone])
    assert.ok(rows.length >= 23)
  })

  const wrong: [string, object, RegExp][] = [
    ['a currency that is none', { currency: 'eu' }, /^currency: "EU" .* ISO 4217/],
    ['a time zone that is none', { time_zone: 'Bonn' }, /^time_zone: "Bonn"/],
    ['a billing day that not every month has', { billing_day: 31 }, /^billing_day: 31 .* from 1 to 28/],
    ['a price that is none', { versions: [{ rows: [{ name: 'x' }] }] }, /^versions\.0\.rows\.0\.price_per_kwh: /],
    [
      'hours without a price',
      { versions: [{ rows: [{ name: 'day', from: '06:00', to: '22:00', price_per_kwh: 0.3 }] }] },
      /^versions\.0\.rows: "01-01 \(mon\) 00:00"/,
    ],
  ]
  for (const [title, settings, message] of wrong) {
    it(`names ${title}, and the nodes that use it say that they need it`, async () => {
      await deploy(settings)
      assert.match((nodeRed.errors[0] ?? '').replace(/^MonitorError: /, ''), message)
      await assert.rejects(nodeRed.send('history', {}), { code: 'CONFIG_INVALID', message: /^tariff: / })
    })
  }
})
