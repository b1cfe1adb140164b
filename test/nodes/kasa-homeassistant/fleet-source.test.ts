import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { followFleet } from '../../../nodes/kasa-homeassistant/fleet-source'
import type { Device } from '../../../src/domain/device'
import type { FleetDevice } from '../../../src/polling/fleet'
import type { Listener } from '../../../src/polling/subscribers'
import { FakeClock } from '../../support/fake-clock'

const device = (device_id: string): Device => ({
  ...{ device_id, alias: device_id, model: 'HS110(EU)', host: '127.0.0.1', kind: 'plug', integration: 'kasa' },
  features: ['relay', 'energy'],
})
const known = (device_id: string, state: FleetDevice['state']): FleetDevice => ({
  ...{ host: '127.0.0.1', alias: device_id, state, device_id, device: device(device_id) },
  details: { device_id, led: true },
})

describe('What a fleet tells the bridge', () => {
  let told: unknown[][]
  let devices: FleetDevice[]
  let listener: Listener | undefined
  let isComplete: boolean
  const bridge = {
    takeDevice: ({ device_id }: Device, fleet_id?: string) => void told.push(['device', device_id, fleet_id]),
    takeDetails: ({ device_id }: { device_id: string }) => void told.push(['details', device_id]),
    takeEvent: ({ event, device_id }: { event: string; device_id?: string }) => void told.push([event, device_id]),
    keepOnly: (fleet_id: string, ids: ReadonlySet<string>) => void told.push(['only', fleet_id, ...ids]),
  }
  const fleet = {
    devices: () => devices,
    subscribe: (given: Listener) => {
      listener = given
      return () => void (listener = undefined)
    },
    get isComplete() {
      return isComplete
    },
  }
  const follow = () => followFleet({ id: 'fleet', fleet, bridge, clock: new FakeClock() })

  beforeEach(() => {
    told = []
    devices = []
    isComplete = false
  })

  it('is all that it knows already, whoever is offline among it', () => {
    devices = [known('a', 'online'), known('b', 'offline'), { host: '127.0.0.9', alias: '127.0.0.9', state: 'unknown' }]
    follow()
    assert.deepEqual(told, [
      ['device', 'a', 'fleet'],
      ['details', 'a'],
      ['online', 'a'],
      ['device', 'b', 'fleet'],
      ['details', 'b'],
      ['offline', 'b'],
    ])
  })

  it('is what happens from then on, but no readings: those come by wire', () => {
    follow()
    listener?.onDevice?.(device('a'))
    listener?.onDetails?.({ device_id: 'a' })
    listener?.onEvent?.({ event: 'pressed', device_id: 'a', alias: 'a', host: '127.0.0.1', timestamp: 1.7e12 })
    assert.deepEqual(told, [
      ['device', 'a', 'fleet'],
      ['details', 'a'],
      ['pressed', 'a'],
    ])
    assert.deepEqual([listener?.onReading, listener?.onReadings], [undefined, undefined])
  })

  it('is once which devices it has, when all have said who they are', () => {
    follow()
    devices = [known('a', 'online')]
    listener?.onDevice?.(device('a'))
    isComplete = true
    devices.push(known('b', 'online'))
    listener?.onDevice?.(device('b'))
    listener?.onDevice?.(device('b'))
    assert.deepEqual(
      told.filter(([what]) => what === 'only'),
      [['only', 'fleet', 'a', 'b']],
    )
  })

  it('is at once which devices it has, where it has run before', () => {
    isComplete = true
    devices = [known('a', 'online')]
    follow()
    assert.deepEqual(told.at(-1), ['only', 'fleet', 'a'])
  })

  it('ends', () => {
    follow()()
    assert.equal(listener, undefined)
  })
})
