import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import type { Device } from '../../src/domain/device'
import type { DeviceDetails } from '../../src/domain/device-details'
import { PollerBench } from '../support/poller-bench'

async function polled(outlets: readonly string[] = []) {
  const bench = new PollerBench()
  const device = bench.network.add('h', 'plug', outlets)
  const details: DeviceDetails[] = []
  const devices: Device[] = []
  const order: string[] = []
  bench.poller.subscribe({
    onDetails: (told) => void details.push(told),
    onDevice: (told) => (devices.push(told), order.push('device')),
    onEvent: ({ event }) => void order.push(event),
    onReading: () => void order.push('reading'),
  })
  const host = bench.add('h')
  await bench.run(2000)
  return { bench, device, host, details, devices, order }
}

describe('what a poller tells of devices beside readings', () => {
  it('is their details, when they have changed, and is known to whoever looks later', async () => {
    const { bench, device, details } = await polled(['a'])
    assert.deepEqual(details, [])
    device.details = [
      { device_id: 'plug', led: true },
      { device_id: 'a', on_since: 1 },
    ]
    await bench.run(1500)
    assert.deepEqual(details, [
      { device_id: 'plug', led: true },
      { device_id: 'a', on_since: 1 },
    ])
    assert.deepEqual(bench.unit('plug').details, { device_id: 'plug', led: true })
    device.details = [{ device_id: 'plug', led: true }]
    await bench.run(1500)
    assert.equal(details.length, 2)
  })

  it('is nothing of a device that is not there, or polled elsewhere', async () => {
    const { bench, device, details } = await polled()
    bench.network.add('other', 'lamp')
    bench.add('other')
    await bench.run(1000)
    device.details = [
      { device_id: 'lamp', led: true },
      { device_id: 'nobody', led: true },
    ]
    await bench.run(2000)
    assert.deepEqual(details, [])
  })

  it('is what an outlet said before it was known that there is one', async () => {
    const { bench, device, details, order } = await polled(['a'])
    device.outlets = ['a', 'b']
    device.description_changed = true
    device.details = [{ device_id: 'b', on_since: 1 }]
    await bench.run(2000)
    assert.deepEqual(details, [{ device_id: 'b', on_since: 1 }])
    assert.deepEqual(bench.unit('b').details, { device_id: 'b', on_since: 1 })
    assert.equal(order.lastIndexOf('added'), order.lastIndexOf('device') + 1)
  })

  it('is what a command has changed, at once', async () => {
    const { bench, device, details } = await polled()
    device.details = [{ device_id: 'plug', child_lock: true }]
    await bench.poller.command(bench.unit('plug'), { name: 'child-lock', on: true })
    assert.deepEqual(details, [{ device_id: 'plug', child_lock: true }])
  })

  it('is who they are, before anything else of them', async () => {
    const { devices, order } = await polled(['a'])
    assert.deepEqual(
      devices.map(({ device_id }) => device_id),
      ['plug', 'a'],
    )
    assert.deepEqual(order.slice(0, 4), ['device', 'added', 'device', 'added'])
  })

  it('is the name that a person has given one, from its next reading on', async () => {
    const { bench, device, devices } = await polled()
    devices.length = 0
    device.values = () => ({ alias: 'Desk' })
    await bench.run(3000)
    assert.deepEqual(
      devices.map(({ alias }) => alias),
      ['Desk'],
    )
    assert.equal(bench.unit('plug').device?.alias, 'Desk')
  })

  it('is the address that one has moved to', async () => {
    const { bench, host, devices } = await polled()
    devices.length = 0
    bench.network.move('h', 'elsewhere')
    bench.poller.moveHost(host, bench.network.connect({ host: 'elsewhere' }))
    await bench.run(3000)
    assert.deepEqual(
      devices.map((device) => device.host),
      ['elsewhere'],
    )
  })

  it('is another description, and no more than what has changed in it', async () => {
    const { bench, device, devices } = await polled(['a'])
    devices.length = 0
    device.description_changed = true
    await bench.run(2000)
    assert.equal(devices.length, 0)
    device.features = ['led']
    device.outlets = ['a', 'b']
    device.description_changed = true
    await bench.run(2000)
    assert.deepEqual(
      devices.map(({ device_id, features }) => [device_id, features.join()]),
      [
        ['plug', 'led'],
        ['a', 'led'],
        ['b', 'led'],
      ],
    )
  })
})
