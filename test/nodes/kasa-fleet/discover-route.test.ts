import { it } from 'mocha'
import assert from 'node:assert/strict'
import type { Finding } from '../../../src/integrations/integration'
import { LOOPBACK_BROADCAST, type SimulatedDevice } from '../../../src/simulator'
import { inOneNodeRed } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const CANARY = 's3cr3t-CANARY'

inOneNodeRed('Finding devices in the dialog of kasa-fleet', (nodeRed) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: '<img src=x onerror=alert(1)>' })
    home.addBulb({ alias: 'Lamp', on: false })
    home.addStrip({ alias: 'Desk' })
  })
  const plug = () => simulator().devices[0] as SimulatedDevice
  const request = (given: object = {}) => ({
    id: 'fleet',
    targets: LOOPBACK_BROADCAST,
    port: simulator().port,
    discovery_s: 1,
    ...given,
  })
  const post = (body: unknown, type = 'application/json') =>
    fetch(`${nodeRed().url}/kasa-monitor/discover`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const errorIn = async (reply: Response) => ((await reply.json()) as { error: Record<string, string> }).error

  it('works for a fleet that is not deployed, and sends nothing but questions', async () => {
    await nodeRed().deploy([])
    for (const device of simulator().devices) device.requests.clear()
    const reply = await post(request({ id: 'not-there-yet', username: 'me', password: CANARY }))
    assert.equal(reply.status, 200)
    const text = await reply.text()
    assert.ok(!text.includes(CANARY))
    const { findings } = JSON.parse(text) as { findings: Finding[] }
    const devices = findings.flatMap((finding) => (finding.supported ? [finding.device] : []))
    assert.deepEqual(new Set(devices.map(({ alias }) => alias)), new Set(simulator().devices.map(({ alias }) => alias)))
    assert.equal(devices.find(({ alias }) => alias === 'Lamp')?.on, false)
    for (const { requests } of simulator().devices) {
      assert.deepEqual([...requests.methods.keys()], ['system.get_sysinfo'])
      assert.equal(requests.connections, 0)
    }
  })

  it('shows what answers but cannot be polled, with the reason', async () => {
    plug().behave({ kind: 'garbage' })
    const { findings } = (await (await post(request())).json()) as { findings: Finding[] }
    const other = findings.find(({ supported }) => !supported) as Finding & { supported: false }
    assert.equal(other.host, plug().host)
    assert.notEqual(other.reason, '')
  })

  it('names what is wrong in the form', async () => {
    for (const [field, given] of [
      ['targets', { targets: '' }],
      ['targets', { targets: '10.0.0.0/8' }],
      ['port', { port: 70_000 }],
      ['discovery_s', { discovery_s: 0 }],
    ] as const) {
      const reply = await post(request(given))
      assert.equal(reply.status, 400)
      assert.equal((await errorIn(reply)).field, field)
    }
  })

  it('takes JSON alone, and not much of it', async () => {
    assert.equal((await post('targets=127.0.0.1', 'application/x-www-form-urlencoded')).status, 415)
    assert.equal((await post('{"targets":"127.0.0.1"}', 'text/plain')).status, 415)
    assert.equal((await post(request({ targets: 'x'.repeat(20_000) }))).status, 413)
  })

  it('runs one search of a fleet at a time', async () => {
    const first = post(request())
    const second = await post(request())
    const statuses = [(await first).status, second.status].sort()
    assert.deepEqual(statuses, [200, 429])
    assert.equal((await post(request())).status, 200)
  })

  it('offers the devices of a running fleet to other dialogs, outlets included', async () => {
    await nodeRed().deploy([
      fleetNode(simulator(), simulator().devices),
      { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [[], []] },
    ])
    await nodeRed().status('poll', /^9 of 9 online$/)
    const reply = await fetch(`${nodeRed().url}/kasa-monitor/fleets/fleet/devices`)
    const { devices } = (await reply.json()) as { devices: { alias: string; parent_id?: string }[] }
    assert.equal(devices.length, 9)
    assert.equal(devices.filter(({ parent_id }) => parent_id !== undefined).length, 6)
    const none = await fetch(`${nodeRed().url}/kasa-monitor/fleets/constructor/devices`)
    assert.deepEqual(await none.json(), { devices: [] })
  })
})
