import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { percentileOf } from '../../../src/domain/histogram'
import { systemClock } from '../../../src/domain/clock'
import { EventLoopMeter } from '../../../src/metrics/meters/event-loop-meter'
import { GarbageMeter } from '../../../src/metrics/meters/garbage-meter'
import { HostMeter } from '../../../src/metrics/meters/host-meter'
import { parseInterfaces } from '../../../src/metrics/meters/network-interfaces'
import { FakeClock } from '../../support/fake-clock'
import { soon } from '../../support/soon'

describe('The delay of the event loop', () => {
  it('is how much later than planned a timer came', () => {
    const clock = new FakeClock()
    const meter = new EventLoopMeter(clock)
    meter.start()
    clock.advance(200)
    const before = meter.delays_ms()
    assert.equal(before.count, 10)
    assert.equal(before.sum_ms, 0)
    // Nobody had a turn for 150 ms.
    const held = new EventLoopMeter({ ...clockOf(clock), monotonic: () => clock.monotonic() * 8.5 })
    held.start()
    clock.advance(20)
    assert.equal(held.delays_ms().maximum_ms, 150)
    assert.ok((percentileOf(held.delays_ms(), 0.99) ?? 0) >= 150)
  })

  it('leaves no timer behind', () => {
    const clock = new FakeClock()
    const meter = new EventLoopMeter(clock)
    meter.start()
    assert.equal(clock.pending, 1)
    meter.stop()
    meter.stop()
    assert.equal(clock.pending, 0)
  })
})

describe('Garbage collections', () => {
  it('are counted by their kind', async () => {
    const meter = new GarbageMeter()
    meter.start()
    const count = () => Object.values(meter.collections()).reduce((sum, { count }) => sum + count, 0)
    await soon(() => {
      // Enough that V8 has to look after it.
      const rubbish = Array.from({ length: 200_000 }, (_none, index) => ({ index, text: `${index}` }))
      assert.ok(rubbish.length > 0 && count() > 0)
    })
    meter.stop()
    meter.stop()
    assert.deepEqual(Object.keys(meter.collections()), ['minor', 'major', 'incremental', 'weak_callbacks'])
  })
})

describe('The host', () => {
  it('tells processors, memory and the disk of a folder', async () => {
    const { cpus, cpu_s, memory, disk } = await new HostMeter(__dirname, systemClock).read()
    assert.ok(cpus >= 1 && cpu_s.idle > 0 && cpu_s.user > 0)
    assert.ok(memory.available_bytes > 0 && memory.available_bytes < memory.size_bytes)
    assert.ok(disk && disk.used_bytes > 0 && disk.used_bytes <= disk.size_bytes)
  })

  it('goes without a disk that is not there', async () => {
    assert.equal((await new HostMeter('/nowhere/at/all', systemClock).read()).disk, undefined)
  })
})

describe('Network interfaces', () => {
  const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1296520   12965    0    0    0     0          0         0  1296520   12965    0    0    0     0       0          0
  eth0:161728843   61733    2    0    0     0          0         0 10123456   40211    1    0    0     0       0          0
vethab12: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
`

  it('are told without the loopback and those of containers', () => {
    assert.deepEqual(parseInterfaces(NET_DEV), [
      { name: 'eth0', received_bytes: 161728843, receive_errors: 2, sent_bytes: 10123456, send_errors: 1 },
    ])
  })

  it('are bounded, whatever the file says', () => {
    const many = Array.from({ length: 100 }, (_none, index) => `eth${index}: ${'1 '.repeat(16)}`).join('\n')
    assert.equal(parseInterfaces(many).length, 32)
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('e', ':', ' ', '1', '\n', '-') }), (text) => {
        for (const { received_bytes, sent_bytes } of parseInterfaces(text)) {
          assert.ok(Number.isFinite(received_bytes) && Number.isFinite(sent_bytes))
        }
      }),
    )
  })
})

function clockOf(clock: FakeClock) {
  return {
    setTimeout: (callback: () => void, delay_ms: number) => clock.setTimeout(callback, delay_ms),
    clearTimeout: () => undefined,
  }
}
