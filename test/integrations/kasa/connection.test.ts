import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Session } from '../../../src/integrations/integration'
import type { SimulatedDevice } from '../../../src/simulator/simulated-device'
import { Simulator } from '../../../src/simulator/simulator'
import { systemClock, type Clock } from '../../../src/domain/clock'
import { kasaSession, pollOnce } from '../../support/kasa'

const MINUTE_MS = 60_000

describe('polling a Kasa device', () => {
  let simulator: Simulator
  let session: Session
  /** What the test adds to the monotonic time. */
  let ahead_ms: number
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + ahead_ms,
    monotonic: () => systemClock.monotonic() + ahead_ms,
  }

  beforeEach(() => {
    ahead_ms = 0
    simulator = new Simulator({ port: 0 })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function connect(device: SimulatedDevice) {
    await simulator.start()
    session = kasaSession({ port: simulator.port, clock })
    return session.connect({ host: device.host })
  }

  const asked = (device: SimulatedDevice, name: string) => device.requests.methods.get(name) ?? 0

  it('asks at first contact for nothing but what the device is', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    await pollOnce(connection)
    assert.equal(device.requests.recent[0]?.text, '{"system":{"get_sysinfo":{}}}')
  })

  it('takes one request per poll of a plug with a meter, once they have met', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    await pollOnce(connection)
    device.requests.clear()
    for (let count = 0; count < 10; count++) await pollOnce(connection)
    assert.equal(device.requests.requests, 10)
    assert.equal(asked(device, 'emeter.get_realtime'), 10)
  })

  it('never asks a plug without a meter for energy', async () => {
    const device = simulator.addSwitch()
    const connection = await connect(device)
    await connection.describe()
    for (let count = 0; count < 3; count++) await pollOnce(connection)
    assert.deepEqual(
      [...device.requests.methods],
      [
        ['system.get_sysinfo', 4],
        ['cnCloud.get_info', 1],
      ],
    )
  })

  it('asks a module that the device does not have only once', async () => {
    const device = simulator.addPlug()
    device.script('emeter', 'get_realtime', { err_code: -1, err_msg: 'module not support' })
    const connection = await connect(device)
    for (let count = 0; count < 5; count++) {
      const [reading] = (await pollOnce(connection)).readings
      assert.equal(reading?.power_w, undefined)
    }
    assert.equal(asked(device, 'emeter.get_realtime'), 1)
  })

  it('asks it again after an update of the firmware', async () => {
    const device = simulator.addPlug({ power: 60 })
    device.script('emeter', 'get_realtime', { err_code: -1, err_msg: 'module not support' })
    const connection = await connect(device)
    await pollOnce(connection)
    device.script('emeter', 'get_realtime', undefined)
    const sysinfo = {
      deviceId: 'D',
      model: 'KP115(EU)',
      mic_type: 'IOT.SMARTPLUGSWITCH',
      feature: 'TIM:ENE',
      sw_ver: '2',
    }
    device.script('system', 'get_sysinfo', sysinfo)
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
  })

  it('keeps a meter that fails once after it has worked', async () => {
    const device = simulator.addPlug({ power: 60 })
    const connection = await connect(device)
    await pollOnce(connection)
    device.script('emeter', 'get_realtime', { err_code: -1, err_msg: 'busy' })
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, undefined)
    device.script('emeter', 'get_realtime', undefined)
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
  })

  it('asks for statistics at first and then every ten minutes at most', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    for (let minute = 0; minute < 30; minute++) {
      const [reading] = (await pollOnce(connection)).readings
      assert.equal(typeof reading?.energy_today_kwh, 'number')
      assert.equal(typeof reading?.energy_month_kwh, 'number')
      ahead_ms += MINUTE_MS
    }
    const times = asked(device, 'emeter.get_daystat')
    assert.ok(times >= 3 && times <= 5, `${times} times`)
    assert.equal(asked(device, 'emeter.get_monthstat'), times)
  })

  it("does not carry yesterday's energy into the device's new day", async () => {
    const device = simulator.addPlug()
    const late = { year: 2026, month: 11, mday: 20, hour: 23, min: 58, sec: 0, err_code: 0 }
    const entry = (day: number, energy_wh: number) => ({ year: 2026, month: 11, day, energy_wh })
    device.script('time', 'get_time', late)
    device.script('emeter', 'get_daystat', { day_list: [entry(20, 900), entry(21, 5)], err_code: 0 })
    const connection = await connect(device)
    assert.equal((await pollOnce(connection)).readings[0]?.energy_today_kwh, 0.9)
    ahead_ms += MINUTE_MS
    assert.equal((await pollOnce(connection)).readings[0]?.energy_today_kwh, 0.9)
    ahead_ms += MINUTE_MS
    assert.equal((await pollOnce(connection)).readings[0]?.energy_today_kwh, 0.005)
  })

  it('reads on where the device answers no statistics', async () => {
    const device = simulator.addPlug({ power: 60 })
    for (const [module, method] of [
      ['time', 'get_time'],
      ['emeter', 'get_daystat'],
      ['emeter', 'get_monthstat'],
    ] as const) {
      device.script(module, method, { err_code: -2, err_msg: 'member not support' })
    }
    const connection = await connect(device)
    for (let count = 0; count < 3; count++) {
      const [reading] = (await pollOnce(connection)).readings
      assert.equal(reading?.power_w, 60)
      assert.equal(reading?.energy_today_kwh, undefined)
      ahead_ms += 20 * MINUTE_MS
    }
    assert.equal(asked(device, 'emeter.get_daystat'), 1)
  })

  it('costs a strip with meters one request for itself and one per outlet', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    const [, ...outlets] = await connection.describe()
    const round = async () => {
      await pollOnce(connection)
      for (const outlet of outlets) await pollOnce(connection, outlet.device_id)
    }
    await round()
    device.requests.clear()
    await round()
    assert.equal(device.requests.requests, 7)
  })

  it('sums up a strip only when every outlet has been read', async () => {
    const device = simulator.addStrip({ outlets: [1, 2, 3, 4, 5, 6].map((power) => ({ power })) })
    const connection = await connect(device)
    const [, ...outlets] = await connection.describe()
    for (const outlet of outlets.slice(0, 5)) await pollOnce(connection, outlet.device_id)
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, undefined)
    await pollOnce(connection, outlets[5]?.device_id)
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 21)
  })

  it('names the outlets that were switched since the last poll', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    assert.deepEqual((await pollOnce(connection)).changed_outlets, [])
    device.outlets[4]?.switch(false)
    assert.deepEqual((await pollOnce(connection)).changed_outlets, [`${device.device_id}04`])
    assert.deepEqual((await pollOnce(connection)).changed_outlets, [])
    const [outlet] = (await pollOnce(connection, `${device.device_id}04`)).readings
    assert.equal(outlet?.on, false)
  })

  it('gives an outlet the same id, whether the strip numbers its outlets short or full', async () => {
    const ids = []
    for (const short_outlet_ids of [true, false]) {
      const device = simulator.addStrip({ device_id: 'STRIP', short_outlet_ids })
      const [, first] = await (await connect(device)).describe()
      ids.push(first?.device_id)
      session.stop()
    }
    assert.deepEqual(ids, ['STRIP00', 'STRIP00'])
  })

  it('says DEVICE_UNKNOWN of an outlet that is not there', async () => {
    const connection = await connect(simulator.addPlug())
    await assert.rejects(pollOnce(connection, 'nobody'), { code: 'DEVICE_UNKNOWN' })
    await assert.rejects(pollOnce(connection, 'nobody'), { code: 'DEVICE_UNKNOWN' })
  })

  it('follows whatever device answers where none is expected, and mixes nothing up', async () => {
    const device = simulator.addStrip()
    const connection = await connect(device)
    await pollOnce(connection)
    const sysinfo = { deviceId: 'D', model: 'HS100(EU)', type: 'IOT.SMARTPLUGSWITCH', feature: 'TIM', relay_state: 1 }
    device.script('system', 'get_sysinfo', sysinfo)
    const { readings } = await pollOnce(connection)
    assert.deepEqual(
      readings.map(({ device_id, on }) => [device_id, on]),
      [['D', true]],
    )
    await assert.rejects(pollOnce(connection, `${device.device_id}00`), { code: 'DEVICE_UNKNOWN' })
  })

  it('opens no connection any more when it is stopped amid the statistics', async () => {
    const device = simulator.addPlug()
    const connection = await connect(device)
    device.behave({ kind: 'latency', latency_ms: 10 })
    const poll = pollOnce(connection)
    while (asked(device, 'time.get_time') === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    connection.stop()
    await assert.rejects(poll, { code: 'CLOSED' })
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(device.requests.connections, 1)
  })

  it('hands out nothing of what the device said beyond the reading and the details', async () => {
    const connection = await connect(simulator.addPlug())
    const outcome = await pollOnce(connection)
    assert.deepEqual(Object.keys(outcome).sort(), ['changed_outlets', 'details', 'readings'])
  })
})
