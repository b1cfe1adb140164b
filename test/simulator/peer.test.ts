import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Client, type Bulb, type Plug } from 'tplink-smarthome-api'
import { KASA_PORT, LOOPBACK_BROADCAST, type SimulatedDevice, Simulator } from '../../src/simulator'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

describe('the simulator, used by tplink-smarthome-api', () => {
  let simulator: Simulator
  let client: Client

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
    client = new Client({ logger: SILENT, defaultSendOptions: { timeout: 3000 } })
  })
  afterEach(async () => {
    client.stopDiscovery()
    await simulator.stop()
  })

  async function plug(device: SimulatedDevice, childId?: string): Promise<Plug> {
    await simulator.start()
    const { host, port } = device
    return (await client.getDevice({ host, port, ...(childId === undefined ? {} : { childId }) })) as Plug
  }

  async function bulb(device: SimulatedDevice): Promise<Bulb> {
    await simulator.start()
    return (await client.getDevice({ host: device.host, port: device.port })) as Bulb
  }

  for (const model of ['HS110(EU)', 'KP115(EU)'] as const) {
    it(`reads the meter of an ${model} in W, V, A and kWh`, async () => {
      const device = await plug(simulator.addPlug({ model, alias: 'Heater', power: 1150, counter_wh: 2500 }))
      assert.equal(device.deviceType, 'plug')
      assert.equal(device.alias, 'Heater')
      const realtime = (await device.emeter.getRealtime()) as Record<string, number>
      assert.equal(realtime.power, 1150)
      assert.ok(Math.abs((realtime.voltage as number) - 230) < 2)
      assert.ok(Math.abs((realtime.current as number) - 5) < 0.1)
      assert.ok(Math.abs((realtime.total as number) - 2.5) < 0.001)
    })
  }

  it('switches, renames and darkens a plug', async () => {
    const simulated = simulator.addPlug({ on: false })
    const device = await plug(simulated)
    assert.equal(await device.getPowerState(), false)
    await device.setPowerState(true)
    assert.equal(await device.getPowerState(), true)
    assert.equal(simulated.on, true)
    await device.setAlias('Lamp')
    await device.setLedState(false)
    const info = await device.getSysInfo()
    assert.equal(info.alias, 'Lamp')
    assert.equal(await device.getLedState(), false)
  })

  it('gets all information at once, of a plug without a meter too', async () => {
    const metered = await plug(simulator.addPlug())
    assert.equal((await metered.getInfo()).cloud.info.err_code, 0)
    const plain = await plug(simulator.addPlug({ model: 'HS103(US)' }))
    assert.equal(plain.supportsEmeter, false)
    await plain.getInfo()
  })

  it('reads day and month statistics, schedules, countdowns and the time', async () => {
    const device = await plug(simulator.addPlug())
    const now = new Date()
    const [year, month] = [now.getFullYear(), now.getMonth() + 1]
    await device.emeter.getDayStats(year, month)
    await device.emeter.getMonthStats(year)
    await device.emeter.eraseStats()
    await device.schedule.getRules()
    await device.schedule.getDayStats(year, month)
    await device.timer.addRule({ delay: 100, powerState: false, name: 'timer', enable: true, deleteExisting: true })
    assert.equal(((await device.timer.getRules()) as { rule_list: unknown[] }).rule_list.length, 1)
    assert.equal(((await device.time.getTime()) as { year: number }).year, year)
  })

  it('switches one outlet of a strip and reads its meter', async () => {
    const strip = simulator.addStrip({ outlets: [{}, { alias: 'Printer', power: 12 }] })
    const device = await plug(strip, '01')
    assert.equal(device.alias, 'Printer')
    assert.equal(((await device.emeter.getRealtime()) as { power: number }).power, 12)
    await device.setPowerState(false)
    assert.deepEqual(
      strip.outlets.map((outlet) => outlet.on),
      [true, false, true, true, true, true],
    )
  })

  it('dims a dimmer', async () => {
    const device = await plug(simulator.addDimmer())
    assert.equal(device.supportsDimmer, true)
    await device.dimmer.setBrightness(40)
    assert.equal(((await device.getSysInfo()) as { brightness?: number }).brightness, 40)
  })

  it('colours and dims a bulb and a light strip', async () => {
    for (const simulated of [simulator.addBulb(), simulator.addLightStrip()]) {
      const device = await bulb(simulated)
      assert.equal(device.supportsColor, true)
      await device.lighting.setLightState({ on_off: 1, hue: 120, saturation: 50, brightness: 30, color_temp: 0 })
      const { hue, saturation, brightness } = await device.lighting.getLightState()
      assert.deepEqual({ hue, saturation, brightness }, { hue: 120, saturation: 50, brightness: 30 })
      await device.setPowerState(false)
      assert.equal(await device.getPowerState(), false)
      await device.getInfo()
      await device.setAlias('Reading lamp')
      assert.equal((await device.getSysInfo()).alias, 'Reading lamp')
    }
  })

  it('speaks UDP as well as TCP', async () => {
    const simulated = simulator.addPlug({ alias: 'Over UDP' })
    await simulator.start()
    const { host, port } = simulated
    assert.equal((await client.getSysInfo(host, port, { transport: 'udp' })).alias, 'Over UDP')
    assert.equal(simulated.requests.datagrams, 1)
  })

  it('is found by broadcast, each device at its own address', async () => {
    // The library broadcasts to port 9999 and to no other.
    const there = new Simulator({ port: KASA_PORT })
    const [from, to] = [130 + (process.pid % 100), 1 + (process.pid % 250)]
    const wanted = new Map(
      [1, 2, 3].map((last) => {
        const device = there.addPlug({ host: `127.${from}.${to}.${last}` })
        return [device.device_id, device.host]
      }),
    )
    try {
      await there.start()
      const found = new Map<string, string>()
      await new Promise<void>((resolve) => {
        client.on('device-new', ({ id, host }: Plug | Bulb) => {
          if (wanted.has(id)) found.set(id, host)
          if (found.size === wanted.size) resolve()
        })
        client.startDiscovery({ broadcast: LOOPBACK_BROADCAST, breakoutChildren: false, discoveryInterval: 500 })
      })
      assert.deepEqual(new Map([...found].sort()), new Map([...wanted].sort()))
    } finally {
      await there.stop()
    }
  })
})
