import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import { PollerBench } from '../support/poller-bench'

describe('a hub whose sensors come and go', () => {
  async function hub() {
    const bench = new PollerBench()
    const device = bench.network.add('h', 'hub', ['a', 'b'])
    bench.add('h')
    await bench.run(1000)
    const others = (outlets: readonly string[]) => {
      device.outlets = outlets
      device.description_changed = true
    }
    return { bench, device, others }
  }

  it('is asked again what it has: new ones are polled, those that are gone no longer', async () => {
    const { bench, device, others } = await hub()
    others(['b', 'c'])
    await bench.run(5000)
    assert.deepEqual(
      bench.eventsOf('added').map(({ device_id }) => device_id),
      ['hub', 'a', 'b', 'c'],
    )
    assert.deepEqual(
      bench.eventsOf('removed').map(({ device_id }) => device_id),
      ['a'],
    )
    assert.ok(device.pollsOf('c').length > 1)
    const polls = device.pollsOf('a').length
    await bench.run(30_000)
    assert.equal(device.pollsOf('a').length, polls)
    assert.deepEqual([...bench.poller.roster.devices.keys()], ['hub', 'b', 'c'])
  })

  it('keeps what is known of those that stay', async () => {
    const { bench, others } = await hub()
    const before = bench.unit('b')
    others(['b'])
    await bench.run(5000)
    assert.equal(bench.unit('b'), before)
    assert.equal(bench.eventsOf('online').filter(({ device_id }) => device_id === 'b').length, 1)
  })

  it('goes on being polled where it loses one that is being asked', async () => {
    const { bench, device, others } = await hub()
    device.latency_ms = 400
    others([])
    await bench.run(10_000)
    const polls = device.pollsOf('hub').length
    await bench.run(10_000)
    assert.ok(device.pollsOf('hub').length >= polls + 5)
    assert.equal(bench.eventsOf('removed').length, 2)
  })

  it('is asked until it answers', async () => {
    const { bench, device, others } = await hub()
    device.refused_descriptions = 2
    others(['a', 'b', 'c'])
    await bench.run(10_000)
    assert.equal(device.refused_descriptions, 0)
    assert.ok(device.pollsOf('c').length > 0)
  })

  it('leaves a sensor where it is polled already', async () => {
    const { bench, others } = await hub()
    bench.network.add('other', 'c')
    bench.add('other')
    await bench.run(1000)
    others(['a', 'b', 'c'])
    await bench.run(5000)
    assert.equal(bench.unit('c').host.connection.host, 'other')
    assert.deepEqual(bench.eventsOf('removed'), [])
  })
})
