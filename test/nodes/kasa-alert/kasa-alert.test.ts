import assert from 'node:assert/strict'
import { beforeEach, it } from 'mocha'
import type { AlertAnswer } from '../../../src/alerting/alert-command'
import type { StateChange } from '../../../src/alerting/incidents/incident'
import type { Notification } from '../../../src/alerting/notifying/notification'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

const high = { id: 'high', name: 'High power', condition: { kind: 'above', key: 'power_w', value: 2000, clear: 1800 } }
const wires = [['notified'], ['changed'], ['failed'], ['answered']]
let nodes = 0

inEachNodeRed('kasa-alert', (current) => {
  let nodeRed: NodeRed
  /** A new one for each test: what was wrong stays known under the id. */
  let id: string

  beforeEach(() => {
    nodeRed = current()
    id = `alert-${++nodes}`
  })

  const alert = (more: object = {}): FlowNode => {
    return { id, type: 'kasa-alert', rules: [high], group_wait_s: 0, wires, ...more }
  }

  const power = (power_w: number) => nodeRed.send(id, { payload: reading({ power_w, timestamp: Date.now() }) })
  const command = async (name: string, payload: object = {}) => {
    await nodeRed.send(id, { command: name, payload })
    return (await nodeRed.receive('answered')).payload as AlertAnswer
  }

  it('tells once that something is wrong, and once that it is over', async () => {
    await nodeRed.deploy([alert()])
    for (const power_w of [100, 2100, 2200, 2300]) await power(power_w)
    const raised = await nodeRed.receive('notified')
    await power(1900)
    await power(1700)
    const resolved = await nodeRed.receive('notified')
    assert.deepEqual(
      [raised, resolved].map(({ alert: facts }) => (facts as Notification).kind),
      ['raised', 'resolved'],
    )
    const left = nodeRed.received('notified')
    assert.deepEqual(left, [])
  })

  it('makes messages that nodes for mail, Pushover and ntfy send as they are', async () => {
    await nodeRed.deploy([alert({ rules: [{ ...high, severity: 'critical' }] })])
    await power(2100)
    const { topic, payload, title, severity, priority, alert: facts } = await nodeRed.receive('notified')
    assert.match(String(payload), /Kettle.*2,100 W/)
    assert.match(String(topic), /Kettle/)
    assert.deepEqual([title, severity, priority], [topic, 'critical', 1])
    const [incident] = (facts as Notification).incidents
    assert.deepEqual([incident?.device_id, incident?.raised.value, incident?.raised.threshold], ['plug-1', 2100, 2000])
  })

  it('tells every change of state at its second output', async () => {
    await nodeRed.deploy([alert({ rules: [{ ...high, for_s: 60 }] })])
    await power(2100)
    await power(100)
    const changes = [await nodeRed.receive('changed'), await nodeRed.receive('changed')]
    assert.deepEqual(
      changes.map(({ topic, payload }) => [topic, (payload as StateChange).change]),
      [
        ['high/plug-1', 'pending'],
        ['high/plug-1', 'cancelled'],
      ],
    )
  })

  it('lists what is wrong, and keeps it over a redeploy without telling it anew', async () => {
    await nodeRed.deploy([alert()])
    await power(2100)
    await nodeRed.receive('notified')
    await nodeRed.deploy([alert()])
    await power(2200)
    const { incidents } = await command('list')
    assert.deepEqual(
      incidents?.map(({ rule_id, state }) => [rule_id, state]),
      [['high', 'firing']],
    )
    assert.deepEqual(nodeRed.received('notified'), [])
    await power(0)
    const { alert: facts } = await nodeRed.receive('notified')
    assert.equal((facts as Notification).kind, 'resolved')
  })

  it('takes an acknowledgement, a silence, and a test', async () => {
    await nodeRed.deploy([alert()])
    await power(2100)
    const { alert: facts } = await nodeRed.receive('notified')
    const [incident] = (facts as Notification).incidents
    const { incidents } = await command('acknowledge', { incident_id: incident?.id, by: 'Ada' })
    assert.equal(incidents?.[0]?.acknowledged_by, 'Ada')
    const { silences } = await command('silence', { rule_id: 'high', for_s: 60 })
    assert.equal(silences?.length, 1)
    await command('test')
    assert.match(String((await nodeRed.receive('notified')).topic), /^Test/)
  })

  it('refuses what it cannot use, naming it, and goes on', async () => {
    await nodeRed.deploy([alert()])
    await assert.rejects(nodeRed.send(id, { payload: null }), /payload: null is not allowed/)
    await assert.rejects(nodeRed.send(id, { command: 'explode' }), /command: "explode" is not allowed/)
    await assert.rejects(nodeRed.send(id, { command: 'silence', payload: { for_s: -1 } }), /for_s: -1/)
    await power(2100)
    await nodeRed.receive('notified')
  })

  it('tells of costs by its tariff, also where the rule was sent', async () => {
    const versions = [{ rows: [{ name: 'all day', price_per_kwh: 0.5 }] }]
    const tariff = { id: 'tariff', type: 'kasa-tariff', name: 'Mine', currency: 'CHF', versions }
    const costly = { id: 'costly', name: 'Costly', condition: { kind: 'cost', period: 'month', limit: 1 } }
    await nodeRed.deploy([tariff, alert({ rules: [costly], tariff: 'tariff' })])
    await command('set_rules', { rules: [{ ...costly, id: 'sent' }] })
    for (const energy_kwh of [10, 13]) {
      await nodeRed.send(id, { payload: reading({ energy_kwh, timestamp: Date.now() }) })
    }
    const costs = /Costly, 100 %, 1\.5 CHF|1\.00 CHF \(1\.50 CHF\)/g
    for (let told = ''; told.match(costs)?.length !== 2;) told += String((await nodeRed.receive('notified')).payload)
  })

  it('names the price that a rule needs where no tariff is chosen, and a tariff that is not there', async () => {
    const costly = { id: 'costly', condition: { kind: 'cost', limit: 1 } }
    await nodeRed.deploy([alert({ rules: [costly] })])
    assert.match(nodeRed.errors[0] ?? '', /rules\[0\]\.condition\.price_per_kwh: .* or a tariff that the node/)
    await nodeRed.deploy([alert({ rules: [costly], tariff: 'gone' })])
    assert.match(nodeRed.errors.at(-1) ?? '', /tariff: "gone" .* kasa-tariff node/)
  })

  it('shows at deploy which rule is wrong, and where', async () => {
    await nodeRed.deploy([alert({ rules: [high, { id: 'low', condition: { kind: 'below', value: 'much' } }] })])
    await nodeRed.status(id, /rules\[1\]\.condition\.value/)
  })
})
