import { beforeEach, it } from 'mocha'
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceEvent } from '../../../src/domain/event'
import type { RecordedEnergy } from '../../../src/domain/recorded-energy'
import { SIMULATED_ACCOUNT, type SimulatedDevice } from '../../../src/simulator'
import { inOneNodeRed, type FlowNode } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const HOUR_MS = 3_600_000
const poll: FlowNode = {
  id: 'poll',
  type: 'kasa-poll',
  fleet: 'fleet',
  wires: [['readings'], ['events'], ['recorded']],
}
const command: FlowNode = { id: 'command', type: 'kasa-command', fleet: 'fleet', wires: [[]] }
const OWNER = { ...SIMULATED_ACCOUNT }
const WRONG = { ...SIMULATED_ACCOUNT, password: 'wrong' }

inOneNodeRed('kasa-poll with devices that want a login', (nodeRed) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ model: 'P110(EU)', alias: 'Kettle', power: 42 })
    home.addPlug({ model: 'P110(EU)', alias: 'Guest', account: { username: 'guest@example.com', password: 'other' } })
  })
  const kettle = () => simulator().devices[0] as SimulatedDevice
  const guest = () => simulator().devices[1] as SimulatedDevice
  beforeEach(() => nodeRed().deploy([]))

  it('says once that the login is refused, lets the device rest, and polls it after a change of the account', async () => {
    const flow = [fleetNode(simulator(), [kettle()]), poll, command]
    await nodeRed().deploy(flow, { fleet: WRONG })
    await nodeRed().status('poll', /^0 of 1 online, 1 login refused$/)
    const refused = (await nodeRed().receive('events')).payload as DeviceEvent
    assert.deepEqual([refused.event, refused.code, refused.host], ['login_refused', 'LOGIN_REFUSED', kettle().host])
    assert.match(refused.message ?? '', /e-mail and password.*Third-Party Compatibility/)
    assert.equal(((await nodeRed().receive('events')).payload as DeviceEvent).event, 'offline')
    const { connections, handshakes } = kettle().requests
    for (const [node, payload] of [
      ['poll', 1],
      ['command', 'on'],
    ] as const) {
      await assert.rejects(nodeRed().send(node, { topic: kettle().host, payload }), { code: 'LOGIN_REFUSED' })
    }
    assert.deepEqual([kettle().requests.connections, kettle().requests.handshakes], [connections, handshakes])
    assert.deepEqual(nodeRed().received('events'), [])

    await nodeRed().deploy(flow, { fleet: OWNER })
    await nodeRed().status('poll', /^1 of 1 online$/)
  })

  it('polls devices of two accounts', async () => {
    const hosts = [{ host: kettle().host }, { host: guest().host, login: 2 }]
    const accounts = { ...SIMULATED_ACCOUNT, username_2: 'guest@example.com', password_2: 'other' }
    await nodeRed().deploy([fleetNode(simulator(), [], { hosts }), poll], { fleet: accounts })
    await nodeRed().status('poll', /^2 of 2 online$/)
  })

  it('sends what a device has recorded while nobody polled it, apart from its readings', async () => {
    // Longer than a day in which clocks change, of which devices tell no hours.
    const heard_at = Date.now() - 30 * HOUR_MS
    const { device_id } = kettle()
    const total = { device_id, total_kwh: 1, source: 'today', timestamp: heard_at, heard_at }
    const folder = join(nodeRed().userDir, 'kasa-monitor')
    mkdirSync(folder, { recursive: true })
    const content = { format: 'kasa-monitor-lifetime-energy', version: 1, devices: [total] }
    writeFileSync(join(folder, 'energy-fleet.json'), JSON.stringify(content))
    await nodeRed().deploy([fleetNode(simulator(), [kettle()]), poll], { fleet: OWNER })
    const { topic, payload } = await nodeRed().receive('recorded')
    assert.equal(topic, 'recorded')
    const records = payload as RecordedEnergy[]
    assert.ok(records.length >= 5 && records.length <= 31, String(records.length))
    for (const { device_id: id, timestamp, duration_ms } of records) {
      assert.equal(id, device_id)
      assert.equal(duration_ms, HOUR_MS)
      assert.ok(timestamp + duration_ms > heard_at && timestamp + duration_ms <= Date.now())
    }
    assert.ok('quality' in ((await nodeRed().receive('readings')).payload as object))
  })
})
