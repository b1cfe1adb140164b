import { strict as assert } from 'node:assert'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { after, before, describe, it } from 'mocha'
import { type Clock, systemClock } from '../../src/domain/clock'
import type { DeviceEvent, DeviceEventName } from '../../src/domain/event'
import { Secret } from '../../src/domain/secret'
import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'
import { Simulator, SIMULATED_ACCOUNT, type SimulatedDevice } from '../../src/simulator'

const DEVICES = 200
const SPEED = 6
/** As long as ever by the system's clock: a busy machine may take a second for an answer. */
const TIMEOUTS = { connect_ms: 3000 * SPEED, reply_ms: 5000 * SPEED }
const MINUTE_MS = 60_000
const WARM_UP_MS = 3 * MINUTE_MS
const DURATION_MS = 10 * MINUTE_MS
const SLOWEST_MS = 30_000
const FLAP_EVERY_MS = 90_000
/** Looking at the heap collects all of it first, which takes longer than all else. */
const WEIGH_EVERY_MS = 20_000

type Fate = 'healthy' | 'dead' | 'wrong-password' | 'flapping'

/** Of each twenty: two dead, one with another password, one that comes and goes. */
const FATES: readonly Fate[] = ['dead', 'wrong-password', 'dead', 'flapping', ...Array<Fate>(16).fill('healthy')]

/** Runs faster than the system's. */
const fastClock: Clock = {
  now: () => start_ms + (systemClock.now() - start_ms) * SPEED,
  monotonic: () => systemClock.monotonic() * SPEED,
  setTimeout: (callback, delay_ms) => systemClock.setTimeout(callback, delay_ms / SPEED),
  clearTimeout: (timer) => systemClock.clearTimeout(timer),
}
const start_ms = systemClock.now()

const pass = (duration_ms: number) => new Promise<void>((resolve) => fastClock.setTimeout(resolve, duration_ms))

function addDevice(simulator: Simulator, index: number, fate: Fate): SimulatedDevice {
  const account = fate === 'wrong-password' ? { username: 'user@example.com', password: 'another' } : SIMULATED_ACCOUNT
  switch (fate === 'wrong-password' ? 1 + (index % 4) : index % 8) {
    case 0:
      return simulator.addPlug({ model: 'HS110(EU)', power: index })
    case 1:
      return simulator.addPlug({ model: 'KP115(EU)', power: index, speaks: 'klap-1', account })
    case 2:
      return simulator.addPlug({ model: 'P110(EU)', power: index, account })
    case 3:
      return simulator.addPlug({ model: 'P110(EU)', power: index, speaks: 'aes', account })
    case 4:
      return simulator.addPlug({ model: 'KP115(EU)', power: index, speaks: 'klap-2', account })
    case 5:
      return simulator.addStrip({ model: 'P304M(UK)' })
    case 6:
      return simulator.addStrip({ model: 'KP303(UK)' })
    default:
      return simulator.addBulb({ model: 'L530E(EU)' })
  }
}

describe('ten minutes of a fleet of 200 devices of every kind, some dead, some flapping, some with another password', function () {
  this.timeout(180_000)

  const simulator = new Simulator({ port: 0, clock: fastClock })
  const devices: SimulatedDevice[] = []
  const fates = new Map<string, Fate>()
  const events = new Map<string, DeviceEventName[]>()
  const gaps_ms = new Map<string, number>()
  const heap_bytes: number[] = []
  const reports: Error[] = []
  let fleet: Fleet | undefined

  const withFate = (...wanted: readonly Fate[]) =>
    devices.filter(({ host }) => wanted.includes(fates.get(host) as Fate))
  const eventsOf = ({ host }: SimulatedDevice) => events.get(host) ?? []

  before('the ten minutes, in less than two', async () => {
    for (let index = 0; index < DEVICES; index++) {
      const fate = FATES[index % FATES.length] as Fate
      const device = addDevice(simulator, index, fate)
      devices.push(device)
      fates.set(device.host, fate)
    }
    await simulator.start()
    for (const [index, device] of withFate('dead').entries()) {
      if (index % 2 === 0) await device.stop()
      else device.behave({ kind: 'silence' })
    }
    fleet = new Fleet({
      integrations: [kasa],
      hosts: devices.map(({ host }) => ({ host })),
      port: simulator.port,
      timeouts: TIMEOUTS,
      credentials: { ...SIMULATED_ACCOUNT, password: new Secret(SIMULATED_ACCOUNT.password) },
      interval: { minimum_ms: 5000, maximum_ms: SLOWEST_MS },
      clock: fastClock,
      report: (error) => reports.push(error),
    })
    const latest_ms = new Map<string, number>()
    fleet.subscribe({
      onEvent: ({ host, event, device_id }: DeviceEvent) => {
        const isOutlet = devices.every(
          (device) => device.host !== host || (device_id ?? device.device_id) !== device.device_id,
        )
        if (!isOutlet) events.set(host, [...(events.get(host) ?? []), event])
      },
      onReading: ({ host, parent_id, timestamp }) => {
        if (parent_id !== undefined) return
        const before_ms = latest_ms.get(host)
        if (before_ms !== undefined) gaps_ms.set(host, Math.max(gaps_ms.get(host) ?? 0, timestamp - before_ms))
        latest_ms.set(host, timestamp)
      },
    })
    await fleet.start()
    const began_ms = fastClock.monotonic()
    await pass(WARM_UP_MS)
    for (const device of withFate('healthy')) device.requests.clear()
    // First contacts take as long as the machine lets them: ten seconds of such time where there is hardly a core.
    gaps_ms.clear()
    let isUp = true
    let weigh_ms = WARM_UP_MS
    for (let flap_ms = WARM_UP_MS; fastClock.monotonic() - began_ms < DURATION_MS;) {
      await pass(5000)
      const elapsed_ms = fastClock.monotonic() - began_ms
      if (elapsed_ms >= weigh_ms) {
        weigh_ms += WEIGH_EVERY_MS
        heap_bytes.push(heapAfterCollection())
      }
      if (elapsed_ms < flap_ms) continue
      flap_ms += FLAP_EVERY_MS
      isUp = !isUp
      for (const device of withFate('flapping')) await (isUp ? device.start() : device.stop())
    }
  })

  after(async () => {
    await fleet?.stop()
    await simulator.stop()
  })

  it('reads every healthy device without a gap', () => {
    for (const device of withFate('healthy')) {
      assert.ok(
        (gaps_ms.get(device.host) ?? Infinity) < 2 * SLOWEST_MS,
        `${device.model} ${gaps_ms.get(device.host)} ms`,
      )
      assert.deepEqual(eventsOf(device), ['added', 'online'], device.model)
    }
  })

  it('asks a healthy device one thing at a time, over the connection and in the session that it has', () => {
    for (const { model, requests } of withFate('healthy')) {
      assert.ok(requests.requests > 10, model)
      assert.equal(requests.max_in_flight, 1, model)
      assert.equal(requests.connections, 0, model)
      assert.equal(requests.handshakes, 0, model)
    }
  })

  it('tells once that a dead device is offline', () => {
    assert.equal(withFate('dead').length, DEVICES / 10)
    for (const device of withFate('dead')) assert.deepEqual(eventsOf(device), ['offline'], device.model)
  })

  it('tells once that a login was refused, and does not insist', () => {
    for (const device of withFate('wrong-password')) {
      assert.deepEqual(eventsOf(device), ['login_refused', 'offline'], device.model)
      // The first contact, and what a search for the right protocol takes; then a quarter of an hour of peace.
      assert.ok(device.requests.handshakes > 0 && device.requests.handshakes <= 8, `${device.requests.handshakes}`)
    }
  })

  it('tells each coming and going of a device that flaps once', () => {
    for (const device of withFate('flapping')) {
      const seen = eventsOf(device)
      assert.equal(seen[0], 'added')
      assert.ok(seen.length >= 3, seen.join())
      seen.slice(1).forEach((event, index) => assert.equal(event, index % 2 === 0 ? 'online' : 'offline', seen.join()))
    }
  })

  it('keeps its memory steady', () => {
    const half = heap_bytes.length >> 1
    const [first, last] = [median(heap_bytes.slice(0, half)), median(heap_bytes.slice(half))]
    assert.ok(last - first < 3_000_000, `${first} bytes, then ${last}`)
  })

  it('reports no fault of its own', () => {
    assert.deepEqual(reports, [])
  })
})

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN
}
