import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import type { DeviceEvent } from '../../src/domain/event'
import type { MonitorError } from '../../src/domain/errors'
import { Secret } from '../../src/domain/secret'
import type { Reading } from '../../src/domain/reading'
import type { Finding } from '../../src/integrations/integration'
import { Fleet } from '../../src/polling/fleet'
import { type FleetOptions, REDISCOVER_MS } from '../../src/polling/fleet-options'
import { seededRandom } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'
import { ScriptedIntegration } from '../support/scripted-integration'

class FleetBench {
  readonly clock = new FakeClock()
  readonly network = new ScriptedIntegration(this.clock)
  readonly events: DeviceEvent[] = []
  readonly readings: Reading[] = []
  readonly reports: MonitorError[] = []

  fleet(options: Partial<FleetOptions> = {}): Fleet {
    const fleet = new Fleet({
      integrations: [this.network],
      hosts: [],
      clock: this.clock,
      random: seededRandom(1),
      report: (error) => void this.reports.push(error),
      ...options,
    })
    fleet.subscribe({
      onEvent: (event) => void this.events.push(event),
      onReading: (reading) => void this.readings.push(reading),
    })
    return fleet
  }

  async run(duration_ms: number): Promise<void> {
    await this.clock.advanceSlowly(duration_ms, 250)
  }

  names(): string[] {
    return this.events.map(({ event }) => event)
  }
}

describe('Fleet', () => {
  it('polls the hosts that the user listed, and sends nothing else', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    bench.network.add('b', 'strip', ['o1', 'o2'])
    bench.network.add('c', 'stranger')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'b' }, { host: 'dead' }] })
    await fleet.start()
    await bench.run(600_000)
    assert.deepEqual(
      fleet.devices().map(({ device_id, state, host }) => ({ device_id, state, host })),
      [
        { device_id: 'plug', state: 'online', host: 'a' },
        { device_id: 'strip', state: 'online', host: 'b' },
        { device_id: 'o1', state: 'online', host: 'b' },
        { device_id: 'o2', state: 'online', host: 'b' },
        { device_id: undefined, state: 'offline', host: 'dead' },
      ],
    )
    assert.equal(fleet.devices()[1]?.device?.model, 'S1')
    assert.equal(bench.network.discoveries, 0)
    assert.equal(bench.network.devices.get('c')?.polls.length, 0)
    await fleet.stop()
  })

  it('knows when all that it polls has said what it is, and never where more may be found', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'late' }] })
    await fleet.start()
    await bench.run(60_000)
    assert.equal(fleet.isComplete, false)
    bench.network.add('late', 'lamp')
    await bench.run(600_000)
    assert.equal(fleet.isComplete, true)
    await fleet.stop()
    const open = bench.fleet({ hosts: [{ host: 'a' }], targets: () => ['lan'], add_discovered: true })
    await open.start()
    await bench.run(60_000)
    assert.deepEqual([open.devices().length > 0, open.isComplete], [true, false])
    await open.stop()
  })

  it('does not believe that it has no devices where it cannot be set up', async () => {
    const fleet = new FleetBench().fleet({ hosts: [{ host: 'a', integration: 'no such' }] })
    assert.equal(fleet.isComplete, false)
    await assert.rejects(fleet.start(), { code: 'CONFIG_INVALID' })
    assert.equal(fleet.isComplete, false)
    await fleet.stop()
  })

  it('finds a device by id, alias or host, and names one that it does not know', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    bench.network.add('b', 'lamp')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'b' }] })
    await fleet.start()
    await bench.run(1000)
    for (const name of ['lamp', 'plug lamp', 'b']) {
      assert.equal((await fleet.readNow(name)).device_id, 'lamp')
      assert.equal((await fleet.command(name, { name: 'on' })).device_id, 'lamp')
    }
    await assert.rejects(fleet.readNow('nobody'), { code: 'DEVICE_UNKNOWN' })
    await assert.rejects(fleet.command('nobody', { name: 'on' }), { code: 'DEVICE_UNKNOWN' })
    await fleet.stop()
  })

  it('refuses to guess where two devices have the same name', async () => {
    const bench = new FleetBench()
    for (const host of ['a', 'b']) bench.network.add(host, host).values = () => ({ alias: 'Lamp' })
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'b' }] })
    await fleet.start()
    await bench.run(1000)
    await assert.rejects(fleet.readNow('Lamp'), { code: 'INPUT_INVALID' })
    await fleet.stop()
  })

  it('reads all devices now, those that fail beside those that answer', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    const lamp = bench.network.add('b', 'lamp')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'b' }] })
    await fleet.start()
    await bench.run(5000)
    lamp.fails = 'REPLY_INVALID'
    await bench.run(4000)
    const reading = fleet.readAll()
    await bench.run(1000)
    const results = new Map((await reading).map((result) => [result.device_id, result]))
    assert.ok('reading' in (results.get('plug') ?? {}))
    assert.ok('error' in (results.get('lamp') ?? {}))
    await fleet.stop()
  })

  it('tells that a confirmed command has changed a device', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'plug')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }] })
    await fleet.start()
    await bench.run(1000)
    device.values = () => ({ on: false })
    assert.equal((await fleet.command('plug', { name: 'off' })).on, false)
    assert.deepEqual(bench.names(), ['added', 'online', 'changed'])
    assert.equal(bench.readings.at(-1)?.on, false)
    await fleet.stop()
  })

  it('follows a device that has moved, and searches the network at most once a minute', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'plug')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'dead', device_id: 'gone' }], targets: () => ['lan'] })
    await fleet.start()
    await bench.run(5000)
    bench.network.move('a', 'z')
    await bench.run(600_000)
    const moved = bench.events.find(({ event }) => event === 'moved')
    assert.equal(moved?.host, 'z')
    assert.equal(moved?.previous_host, 'a')
    assert.equal(bench.readings.at(-1)?.host, 'z')
    assert.equal(fleet.devices()[0]?.state, 'online')
    assert.equal(device.most_in_flight, 1)
    assert.ok(bench.network.discoveries <= 11)
    assert.equal(bench.network.open.size, 2)
    await fleet.stop()
    assert.equal(bench.network.open.size, 0)
  })

  it('logs in with what belongs to a host, and still does after the device has moved', async () => {
    const bench = new FleetBench()
    const [own, other] = ['own', 'other'].map((text) => ({ hash: new Secret(text) }))
    assert.ok(own && other)
    bench.network.add('a', 'plug')
    bench.network.add('b', 'lamp')
    const hosts = [{ host: 'a', credentials: other }, { host: 'b' }]
    const fleet = bench.fleet({ hosts, credentials: own, targets: () => ['net'] })
    await fleet.start()
    await bench.run(10_000)
    bench.network.move('a', 'c')
    await bench.run(300_000)
    assert.ok(bench.names().includes('moved'))
    const used = bench.network.targets.map(({ host, credentials, found }) => ({ host, credentials, found }))
    assert.deepEqual(used, [
      { host: 'a', credentials: other, found: undefined },
      { host: 'b', credentials: undefined, found: undefined },
      { host: 'c', credentials: other, found: true },
    ])
    await fleet.stop()
  })

  it('believes no answer to a search until the device has said itself who it is', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    bench.network.add('evil', 'impostor')
    bench.network.forged.set('evil', 'plug').set('nowhere', 'plug')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }], targets: () => ['lan'] })
    await fleet.start()
    await bench.run(5000)
    bench.network.devices.delete('a')
    await bench.run(600_000)
    assert.ok(bench.network.discoveries > 1)
    assert.ok(!bench.names().includes('moved'))
    assert.equal(fleet.devices()[0]?.host, 'a')
    assert.equal(bench.network.open.size, 1)
    await fleet.stop()
  })

  it('follows by its MAC a device that tells its id to nobody who only looks for it', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'plug')
    device.mac = 'AA:BB:CC:00:00:01'
    device.isShy = true
    const impostor = bench.network.add('evil', 'impostor')
    impostor.mac = 'AA:BB:CC:00:00:02'
    const fleet = bench.fleet({ hosts: [{ host: 'a' }], targets: () => ['lan'] })
    await fleet.start()
    await bench.run(5000)
    bench.network.move('a', 'z')
    await bench.run(600_000)
    assert.deepEqual(
      fleet.devices().map(({ device_id, host, state }) => ({ device_id, host, state })),
      [{ device_id: 'plug', host: 'z', state: 'online' }],
    )
    await fleet.stop()
  })

  it('looks by its MAC for a device that has never said its id, and refuses another at its address', async () => {
    const bench = new FleetBench()
    const [mac, other_mac] = ['AA:BB:CC:00:00:01', 'AA:BB:CC:00:00:02']
    bench.network.add('a', 'stranger').mac = other_mac
    const device = bench.network.add('z', 'plug')
    device.mac = mac
    device.isShy = true
    const fleet = bench.fleet({ hosts: [{ host: 'a', mac }], targets: () => ['lan'] })
    await fleet.start()
    await bench.run(600_000)
    assert.equal(bench.events[0]?.event, 'identity_mismatch')
    assert.deepEqual([fleet.devices()[0]?.device_id, fleet.devices()[0]?.host], ['plug', 'z'])
    await fleet.stop()
  })

  it('adds what it discovers once, whether known by host, id or MAC', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'plug')
    device.mac = 'AA:BB:CC:00:00:01'
    device.isShy = true
    const fleet = bench.fleet({ targets: () => ['lan'], add_discovered: true })
    await fleet.start()
    await bench.run(5000)
    bench.network.devices.set('b', device)
    await fleet.discover(() => {})
    await bench.run(5000)
    assert.deepEqual(
      fleet.devices().map(({ device_id, host }) => ({ device_id, host })),
      [{ device_id: 'plug', host: 'a' }],
    )
    await fleet.stop()
  })

  it('takes hosts up and drops them while it runs', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'strip', ['o1'])
    const fleet = bench.fleet()
    await fleet.start()
    fleet.add({ host: 'a' })
    await bench.run(5000)
    const polls = device.polls.length
    assert.ok(polls > 0)
    fleet.remove('o1')
    await bench.run(60_000)
    assert.equal(device.polls.length, polls)
    assert.deepEqual(fleet.devices(), [])
    assert.deepEqual(bench.names().slice(-2), ['removed', 'removed'])
    assert.equal(bench.network.open.size, 0)
    await fleet.stop()
    assert.throws(() => fleet.add({ host: 'a' }), { code: 'CLOSED' })
  })

  it('sorts out two devices that have exchanged addresses', async () => {
    const bench = new FleetBench()
    const one = bench.network.add('a', 'one')
    const two = bench.network.add('b', 'two')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'b' }], targets: () => ['lan'] })
    await fleet.start()
    await bench.run(5000)
    bench.network.devices.set('a', two)
    bench.network.devices.set('b', one)
    const before = bench.readings.length
    await bench.run(600_000)
    assert.deepEqual(
      fleet.devices().map(({ device_id, host, state }) => ({ device_id, host, state })),
      [
        { device_id: 'one', host: 'b', state: 'online' },
        { device_id: 'two', host: 'a', state: 'online' },
      ],
    )
    for (const { device_id, host } of bench.readings.slice(before)) assert.equal(host, device_id === 'one' ? 'b' : 'a')
    await fleet.stop()
  })

  it('searches for nobody where no targets are set', async () => {
    const bench = new FleetBench()
    bench.network.add('a', 'plug')
    const fleet = bench.fleet({ hosts: [{ host: 'a' }] })
    await fleet.start()
    await bench.run(5000)
    bench.network.move('a', 'z')
    await bench.run(300_000)
    assert.equal(bench.network.discoveries, 0)
    assert.equal(fleet.devices()[0]?.state, 'offline')
    await assert.rejects(
      fleet.discover(() => {}),
      { code: 'INPUT_INVALID' },
    )
    await fleet.stop()
  })

  it('offers what it discovers, and polls it only where that is wanted', async () => {
    for (const add_discovered of [false, true]) {
      const bench = new FleetBench()
      bench.network.add('a', 'plug')
      bench.network.add('b', 'lamp')
      const fleet = bench.fleet({ hosts: [{ host: 'a' }], targets: () => ['lan'], add_discovered })
      await fleet.start()
      await bench.run(5000)
      const findings: Finding[] = []
      await fleet.discover((finding) => void findings.push(finding))
      await bench.run(5000)
      assert.equal(findings.length, 2)
      assert.equal(fleet.devices().length, add_discovered ? 2 : 1)
      await fleet.stop()
    }
  })

  it('looks for devices every so often where that is wanted', async () => {
    const bench = new FleetBench()
    const fleet = bench.fleet({ targets: () => ['lan'], add_discovered: true, discover_every_ms: 60_000 })
    await fleet.start()
    await bench.run(30_000)
    bench.network.add('late', 'plug')
    await bench.run(100_000)
    assert.equal(bench.network.discoveries, 3)
    assert.equal(fleet.devices()[0]?.state, 'online')
    await fleet.stop()
    assert.equal(bench.clock.pending, 0)
  })

  it('finds devices that come back after this machine, and networks that come up late', async () => {
    const bench = new FleetBench()
    let networks: string[] = []
    const fleet = bench.fleet({ targets: () => networks, add_discovered: true })
    await fleet.start()
    await bench.run(5000)
    assert.equal(bench.network.discoveries, 0)
    networks = ['lan']
    bench.network.add('late', 'plug')
    await bench.run(REDISCOVER_MS + 5000)
    assert.equal(fleet.devices()[0]?.state, 'online')
    await fleet.stop()
    assert.equal(bench.clock.pending, 0)
  })

  it('polls a device that is listed twice once, and says why', async () => {
    const bench = new FleetBench()
    const device = bench.network.add('a', 'plug')
    bench.network.devices.set('plug.lan', device)
    const fleet = bench.fleet({ hosts: [{ host: 'a' }, { host: 'plug.lan' }] })
    await fleet.start()
    await bench.run(5000)
    const refused = fleet.devices().find(({ error }) => error !== undefined)
    assert.equal(refused?.error?.code, 'CONFIG_INVALID')
    assert.match(refused?.error?.message ?? '', /polled at/)
    await fleet.stop()
  })

  it('names an option that is out of range', () => {
    const bench = new FleetBench()
    assert.throws(() => bench.fleet({ concurrency: 0 }), {
      code: 'CONFIG_INVALID',
      details: { field: 'concurrency', value: 0, range: 'a number from 1 to 1024' },
    })
    assert.throws(() => bench.fleet({ interval: { minimum_ms: 0 } }), { code: 'CONFIG_INVALID' })
    assert.throws(() => bench.fleet({ polls_per_minute: NaN }), { code: 'CONFIG_INVALID' })
  })

  it('names an integration that it does not have', async () => {
    const bench = new FleetBench()
    const fleet = bench.fleet({ hosts: [{ host: 'a', integration: 'other' }] })
    await assert.rejects(fleet.start(), {
      code: 'CONFIG_INVALID',
      details: { field: 'integration', value: 'other', range: 'one of scripted' },
    })
    await fleet.stop()
  })

  it('stops twice, leaves no timer and no connection, and cannot start again', async () => {
    const bench = new FleetBench()
    for (const host of ['a', 'b', 'c']) bench.network.add(host).fails = 'silent'
    const fleet = bench.fleet({ hosts: ['a', 'b', 'c', 'd'].map((host) => ({ host })) })
    await fleet.start()
    await bench.run(300)
    await fleet.stop()
    await fleet.stop()
    assert.equal(bench.network.open.size, 0)
    bench.clock.advance(10_000)
    assert.equal(bench.clock.pending, 0)
    await assert.rejects(fleet.start(), { code: 'CLOSED' })
  })
})
