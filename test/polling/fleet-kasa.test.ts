import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { DeviceEvent, DeviceEventName } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import { Secret } from '../../src/domain/secret'
import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'
import type { FleetOptions } from '../../src/polling/fleet-options'
import { constantPower, LOOPBACK_BROADCAST, SIMULATED_ACCOUNT, Simulator } from '../../src/simulator'

const credentials = { username: SIMULATED_ACCOUNT.username, password: new Secret(SIMULATED_ACCOUNT.password) }

describe('Fleet with Kasa devices', function () {
  // Real time: back-off takes 1 s at least, and a busy machine longer.
  this.timeout(30_000)

  let simulator: Simulator
  let fleet: Fleet
  let readings: Reading[]
  let events: DeviceEvent[]
  let listeners: Set<() => void>

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
    readings = []
    events = []
    listeners = new Set()
  })
  afterEach(async () => {
    await fleet.stop()
    await simulator.stop()
  })

  async function start(hosts: readonly string[], options: Partial<FleetOptions> = {}): Promise<void> {
    await simulator.start()
    fleet = new Fleet({
      integrations: [kasa],
      hosts: hosts.map((host) => ({ host })),
      port: simulator.port,
      interval: { minimum_ms: 500, maximum_ms: 1000 },
      timeouts: { connect_ms: 500, reply_ms: 500, command_ms: 2000, discovery_ms: 500 },
      ...options,
    })
    const tell = () => listeners.forEach((listener) => listener())
    fleet.subscribe({
      onReading: (reading) => (readings.push(reading), tell()),
      onEvent: (event) => (events.push(event), tell()),
    })
    await fleet.start()
  }

  /** Resolves as soon as it holds; mocha's own limit ends a wait in vain. */
  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = () => {
        if (!holds()) return
        listeners.delete(listener)
        resolve()
      }
      listeners.add(listener)
      listener()
    })
  }

  const of = (device_id: string) => readings.filter((reading) => reading.device_id === device_id)
  const told = (name: DeviceEventName) => events.filter(({ event }) => event === name)

  it('knows what devices say of themselves, and tells a new name at once', async () => {
    const plug = simulator.addPlug({ model: 'P110(EU)' })
    const { username, password } = credentials
    await start([plug.host], { credentials: { username, password } })
    const names: string[] = []
    fleet.subscribe({ onDevice: ({ alias }) => void names.push(alias) })
    await until(() => of(plug.device_id).length >= 2)
    const { details } = fleet.devices()[0] ?? {}
    assert.deepEqual([details?.led, details?.ssid, details?.auto_off_min], [true, 'SIMULATED', 0])
    await fleet.command(plug.device_id, { name: 'alias', alias: 'Kettle' })
    assert.equal(names.at(-1), 'Kettle')
    assert.equal(fleet.devices()[0]?.device?.alias, 'Kettle')
  })

  it('polls plugs and strips, with power and lifetime energy', async () => {
    const plug = simulator.addPlug({ power: constantPower(42) })
    const strip = simulator.addStrip()
    await start([plug.host, strip.host])
    await until(() => of(plug.device_id).length >= 2 && readings.filter(({ parent_id }) => parent_id).length >= 12)
    const reading = of(plug.device_id)[1] as Reading
    assert.ok(Math.abs((reading.power_w as number) - 42) < 1)
    assert.equal(reading.energy_kwh, reading.energy_total_kwh)
    assert.equal(fleet.devices().length, 8)
  })

  it('lets silent, trickling, flooding and dead devices delay nobody, with a single place to share', async () => {
    const behaviours = [
      { kind: 'silence' } as const,
      { kind: 'trickle', interval_ms: 400 } as const,
      { kind: 'slow-accept', delay_ms: 60_000 } as const,
    ]
    const bad = behaviours.flatMap((behaviour) => [0, 1, 2].map(() => ({ device: simulator.addPlug(), behaviour })))
    const good = simulator.addPlug()
    for (const { device, behaviour } of bad) device.behave(behaviour)
    const timeouts = { connect_ms: 8000, reply_ms: 8000, command_ms: 8000, discovery_ms: 500 }
    await start([...bad.map(({ device }) => device.host), good.host], { concurrency: 1, timeouts })
    await until(() => of(good.device_id).length >= 4)
    // Had the living waited for one of them, its deadline would have passed first.
    assert.equal(fleet.statistics().failures, 0)
    for (const { device } of bad) assert.equal(of(device.device_id).length, 0)
  })

  it('tells once that a device is gone, once that it is back, and carries on', async () => {
    const plug = simulator.addPlug()
    await start([plug.host], { failures_until_offline: 1 })
    await until(() => of(plug.device_id).length >= 2)
    await plug.stop()
    await until(() => told('offline').length > 0)
    await plug.start()
    const before = readings.length
    await until(() => readings.length >= before + 2)
    assert.equal(told('offline').length, 1)
    assert.equal(told('online').length, 2)
  })

  it('refuses the answers of another device at the same address', async () => {
    const plug = simulator.addPlug()
    await start([plug.host])
    await until(() => of(plug.device_id).length >= 1)
    plug.behave({ kind: 'other-device', device_id: 'F'.repeat(40), mac: '50:C7:BF:FF:FF:FF' })
    await until(() => told('identity_mismatch').length > 0)
    assert.equal(told('identity_mismatch')[0]?.device_id, plug.device_id)
    assert.ok(readings.every(({ device_id }) => device_id === plug.device_id))
  })

  it('follows a device to its new address', async () => {
    const plug = simulator.addPlug()
    await start([plug.host], { targets: () => [LOOPBACK_BROADCAST], failures_until_offline: 1 })
    await until(() => of(plug.device_id).length >= 1)
    const former = plug.host
    await plug.moveTo(former.replace(/\d+$/, (octet) => String((Number(octet) + 100) % 250 || 1)))
    await until(() => of(plug.device_id).some(({ host }) => host === plug.host))
    assert.deepEqual(
      told('moved').map(({ previous_host, host }) => ({ previous_host, host })),
      [{ previous_host: former, host: plug.host }],
    )
  })

  it('keeps the lifetime total over a reset of the counter, a reboot and a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleet-'))
    const energy_file = join(folder, 'energy.json')
    try {
      const plug = simulator.addPlug({ power: constantPower(2000), counter_wh: 12_500 })
      await start([plug.host], { energy_file })
      await until(() => of(plug.device_id).length >= 1)
      plug.resetCounter()
      plug.reboot(100)
      const energy = () => of(plug.device_id).map(({ energy_kwh }) => energy_kwh as number)
      await until(() => told('energy_reset').length === 1)
      await fleet.stop()
      await start([plug.host], { energy_file })
      const before = energy().length
      await until(() => energy().length > before)
      const totals = energy()
      totals.reduce((last, total) => {
        assert.ok(total >= last, `${total} after ${last}`)
        return total
      })
    } finally {
      await fleet.stop()
      await rm(folder, { recursive: true })
    }
  })

  it('tells of a switch at the device, and confirms one of its own', async () => {
    const plug = simulator.addPlug({ on: true })
    await start([plug.host])
    await until(() => of(plug.device_id).length >= 1)
    plug.switch(false)
    await until(() => told('changed').length === 1)
    const confirmed = await fleet.command(plug.alias, { name: 'on' })
    assert.equal(confirmed.on, true)
    assert.equal(plug.on, true)
    assert.deepEqual(
      told('changed').map(({ on }) => on),
      [false, true],
    )
  })

  it('polls everything found where the user wants that', async () => {
    const devices = [simulator.addPlug(), simulator.addBulb(), simulator.addSwitch()]
    await start([], { targets: () => [LOOPBACK_BROADCAST], add_discovered: true })
    await until(() => devices.every(({ device_id }) => of(device_id).length >= 1))
    assert.equal(fleet.devices().length, 3)
  })

  it('polls what is found of the newer devices too, and follows it to another address by its MAC', async () => {
    const plug = simulator.addPlug({ speaks: 'klap-1' })
    await start([], {
      credentials,
      targets: () => [LOOPBACK_BROADCAST],
      add_discovered: true,
      failures_until_offline: 1,
    })
    await until(() => of(plug.device_id).length >= 1)
    const former = plug.host
    await plug.moveTo(former.replace(/\d+$/, (octet) => String((Number(octet) + 100) % 250 || 1)))
    await until(() => of(plug.device_id).some(({ host }) => host === plug.host))
    assert.equal(fleet.devices().length, 1)
    assert.equal(told('moved').length, 1)
    assert.deepEqual(told('added').length, 1)
  })

  it('reads on through updates of the firmware, as the same device and without a word', async () => {
    const plug = simulator.addPlug({ speaks: 'xor' })
    await start([plug.host], { credentials })
    for (const speaks of ['klap-1', 'klap-2'] as const) {
      const before = of(plug.device_id).length
      await until(() => of(plug.device_id).length > before)
      await plug.updateFirmware({ speaks })
    }
    const before = of(plug.device_id).length
    await until(() => of(plug.device_id).length >= before + 3)
    assert.deepEqual(
      events.map(({ event }) => event),
      ['added', 'online'],
    )
    assert.equal(new Set(readings.map(({ device_id }) => device_id)).size, 1)
  })

  it('keeps polls on one connection, one at a time', async () => {
    const plug = simulator.addPlug()
    await start([plug.host])
    await until(() => of(plug.device_id).length >= 4)
    assert.equal(plug.requests.connections, 1)
    assert.equal(plug.requests.max_in_flight, 1)
  })

  it('stops at once, whatever the devices do', async () => {
    const silent = simulator.addPlug()
    silent.behave({ kind: 'silence' })
    const timeouts = { connect_ms: 60_000, reply_ms: 60_000, command_ms: 60_000, discovery_ms: 60_000 }
    await start([silent.host, '127.255.255.254'], {
      timeouts,
      targets: () => [LOOPBACK_BROADCAST],
      add_discovered: true,
    })
    await fleet.stop()
    await fleet.stop()
    assert.equal(fleet.devices().length, 0)
  })
})
