import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { DeviceEvent } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../src/simulator'
import { credentialsOf } from '../support/kasa'

describe('Fleet with a hub', function () {
  // Real time, and a machine may be busy.
  this.timeout(30_000)

  let simulator: Simulator
  let fleet: Fleet
  let hub: SimulatedDevice
  let readings: Reading[]
  let events: DeviceEvent[]
  let listener: () => void

  beforeEach(async () => {
    readings = []
    events = []
    listener = () => undefined
    simulator = new Simulator({ port: 0 })
    const button = { model: 'S200B(EU)', alias: 'Button' } as const
    hub = simulator.addHub({ sensors: [{ model: 'T110(EU)', alias: 'Door' }, button] })
    await simulator.start()
    fleet = new Fleet({
      integrations: [kasa],
      hosts: [{ host: hub.host }],
      port: simulator.port,
      credentials: credentialsOf(SIMULATED_ACCOUNT),
      interval: { minimum_ms: 500, maximum_ms: 1000 },
      outlet_interval_factor: 1,
    })
    fleet.subscribe({
      onReading: (reading) => (readings.push(reading), listener()),
      onEvent: (event) => (events.push(event), listener()),
    })
    await fleet.start()
    await until(() => of('Door').length > 0 && of('Button').length > 0)
  })
  afterEach(async () => {
    await fleet.stop()
    await simulator.stop()
  })

  const of = (alias: string) => readings.filter((reading) => reading.alias === alias)
  const told = (event: string) => events.filter((each) => each.event === event)

  /** Resolves as soon as it holds; mocha's own limit ends a wait in vain. */
  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      listener = () => {
        if (holds()) resolve()
      }
      listener()
    })
  }

  it('tells how a button was pressed and turned, once each', async () => {
    const button = hub.hub?.sensor('Button')
    button?.press()
    button?.rotate(-60)
    await until(() => told('pressed').length >= 2)
    button?.press('twice')
    await until(() => told('pressed').length >= 3)
    assert.deepEqual(
      told('pressed').map(({ alias, press, rotation_deg }) => [alias, press, rotation_deg]),
      [
        ['Button', 'single', undefined],
        ['Button', 'rotate', -60],
        ['Button', 'double', undefined],
      ],
    )
  })

  it('shows a sensor offline while the hub has lost it, and the hub and the others online', async () => {
    const door = hub.hub?.sensor('Door')
    door?.set({ online: false })
    await until(() => told('offline').length > 0)
    assert.deepEqual(
      told('offline').map(({ alias, code }) => [alias, code]),
      [['Door', 'DEVICE_OFFLINE']],
    )
    const [seen, others] = [of('Door').length, of('Button').length]
    await until(() => of('Button').length > others + 1)
    assert.equal(of('Door').length, seen)

    door?.set({ online: true, contact_open: true })
    await until(() => of('Door').at(-1)?.contact_open === true)
    assert.equal(told('online').filter(({ alias }) => alias === 'Door').length, 2)
    assert.equal(told('offline').length, 1)
  })
})
