import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Frames } from '../../../src/serving/live/frames'
import type { Frame } from '../../../src/serving/live/frame'
import { LiveClients } from '../../../src/serving/live/live-clients'
import { LiveFilter } from '../../../src/serving/live/filter'
import type { Wire } from '../../../src/serving/live/wire'
import type { Listener } from '../../../src/polling/subscribers'
import { FakeClock } from '../../support/fake-clock'
import { reading } from '../../support/readings'
import { soon } from '../../support/soon'
import { incidentOf, LiveStage, type TestFrame } from './live-stage'

const EVERYTHING = new LiveFilter({
  ...{ device_id: [], fields: [], events: [], severity: 'info', changes: false },
})
const STUCK_BYTES = 300_000

/** A connection that takes what it is sent only when a test says so. */
class TestWire implements Wire {
  readonly transport = 'websocket'
  buffered_bytes = 0
  readonly frames: TestFrame[] = []
  readonly closings: { readonly code: number; readonly reason: string }[] = []

  send(frame: Frame): void {
    this.frames.push(JSON.parse(/^data: (.*)$/m.exec(frame.event.toString())?.[1] ?? '') as TestFrame)
  }

  beat(): boolean {
    return true
  }

  close(code: number, reason: string): void {
    this.closings.push({ code, reason })
  }
}

describe('A live client that takes less than it is told', () => {
  let clock: FakeClock
  let listeners: (Listener & Record<'onIncident', (change: never) => void>)[]
  let clients: LiveClients
  let wire: TestWire

  beforeEach(() => {
    clock = new FakeClock()
    listeners = []
    const listen = (listener: object) => {
      listeners.push(listener as (typeof listeners)[number])
      return () => void listeners.pop()
    }
    const sources = { devices: () => [], incidents: () => [], listen }
    clients = new LiveClients({ sources, clock, frames: new Frames() })
    wire = new TestWire()
    clients.add(wire, EVERYTHING, 'connected', () => undefined)
  })
  afterEach(() => {
    clients.stop()
    clients.stop()
    assert.equal(clock.pending, 0)
    assert.equal(listeners.length, 0)
  })

  const read = (device_id: string, power_w: number) => {
    for (const { onReading } of listeners) onReading?.(reading({ device_id, power_w }))
  }
  const raise = (id: string) => {
    const incident = incidentOf({ id, severity: 'critical' })
    for (const { onIncident } of listeners) onIncident({ change: 'raised', timestamp: 0, incident } as never)
  }
  const powers = ({ readings = [] }: TestFrame) => readings.map(({ device_id, power_w }) => [device_id, power_w])

  it('gets the newest of each device when it can take more, and how many are left out', () => {
    wire.buffered_bytes = STUCK_BYTES
    for (let turn = 0; turn < 10; turn++) {
      read('plug-1', turn)
      if (turn < 3) read('plug-2', turn)
      clock.advance(100)
    }
    assert.equal(wire.frames.length, 1)
    wire.buffered_bytes = 0
    clock.advance(100)
    assert.deepEqual(powers(wire.frames[1] ?? { type: 'none' }), [
      ['plug-1', 9],
      ['plug-2', 2],
    ])
    assert.equal(wire.frames[1]?.left_out, 11)
    read('plug-1', 10)
    clock.advance(100)
    assert.equal(wire.frames[2]?.left_out, undefined)
    assert.equal(wire.frames.length, 3)
  })

  it('gets incidents before readings', () => {
    wire.buffered_bytes = STUCK_BYTES
    read('plug-1', 1)
    clock.advance(100)
    raise('fire')
    wire.buffered_bytes = 0
    clock.advance(100)
    assert.deepEqual(
      wire.frames.map(({ type }) => type),
      ['hello', 'incidents', 'readings'],
    )
  })

  it('gets what has waited before what is new', () => {
    wire.buffered_bytes = STUCK_BYTES
    read('plug-1', 1)
    clock.advance(100)
    read('plug-1', 2)
    wire.buffered_bytes = 0
    clock.advance(100)
    assert.deepEqual(wire.frames.flatMap(powers), [['plug-1', 2]])
  })

  it('is dropped after half a minute in which it takes nothing, with a code and a reason', () => {
    const other = new TestWire()
    clients.add(other, EVERYTHING, 'connected', () => undefined)
    wire.buffered_bytes = STUCK_BYTES
    for (let turn = 0; turn < 29; turn++) {
      read('plug-1', turn)
      clock.advance(1000)
    }
    assert.deepEqual(wire.closings, [])
    clock.advance(2000)
    assert.deepEqual(wire.closings, [{ code: 1013, reason: 'it takes less than it is told' }])
    assert.deepEqual(other.closings, [])
    assert.equal(other.frames.length, 30)
    assert.equal(clients.statistics().dropped_clients, 1)
    assert.equal(clients.statistics().websocket_clients, 1)
  })

  it('is dropped at once where it asks for much more than it takes', () => {
    wire.buffered_bytes = 5_000_000
    read('plug-1', 1)
    clock.advance(100)
    assert.equal(wire.closings.length, 1)
  })

  it('has its time anew whenever it takes something', () => {
    for (let turn = 0; turn < 4; turn++) {
      wire.buffered_bytes = STUCK_BYTES
      read('plug-1', turn)
      clock.advance(20_000)
      wire.buffered_bytes = 0
      clock.advance(100)
    }
    assert.deepEqual(wire.closings, [])
  })
})

describe('A live client that does not read', () => {
  let stage: LiveStage
  beforeEach(() => {
    stage = new LiveStage()
    return stage.start()
  })
  afterEach(() => stage.stop())

  for (const way of ['WebSocket', 'server-sent events']) {
    it(`is dropped over ${way}, and harms no other`, async () => {
      const stuck = way === 'WebSocket' ? await stage.socket() : await stage.events()
      const { told } = await stage.socket()
      await told.next()
      await stuck.told.next()
      if ('socket' in stuck) stuck.socket.pause()
      else stuck.response.pause()
      const alias = 'x'.repeat(256)
      // The kernel buffers some megabytes.
      let turns = 0
      for (const clients = () => stage.live.statistics(); clients().dropped_clients === 0; turns++) {
        assert.ok(turns < 2000, 'it is never dropped')
        for (let device = 0; device < 200; device++) stage.read({ device_id: `plug-${device}`, alias })
        stage.clock.advance(400)
        assert.equal((await told.next()).readings?.length, 200)
      }
      stage.clock.advance(2000)
      if ('socket' in stuck) stuck.socket.resume()
      else stuck.response.resume()
      await soon(() => assert.ok(stuck.told.isOver))
      stage.read({ power_w: 1 })
      stage.clock.advance(100)
      assert.equal((await told.next()).type, 'readings')
    })
  }
})
