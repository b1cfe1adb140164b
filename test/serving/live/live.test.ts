import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { soon } from '../../support/soon'
import { LiveStage, type EventsClient, type SocketClient, type TestFrame, type Told } from './live-stage'

const FLUSH_MS = 100

const idsIn = ({ readings = [] }: TestFrame) => readings.map(({ device_id }) => device_id)

describe('What is told live', () => {
  let stage: LiveStage
  beforeEach(() => {
    stage = new LiveStage()
    return stage.start()
  })
  afterEach(() => stage.stop())

  const ways: readonly (readonly [string, (query?: string) => Promise<SocketClient | EventsClient>])[] = [
    ['WebSocket', (query = '') => stage.socket(`/live${query}`)],
    ['server-sent events', (query = '') => stage.events(`/live/events${query}`)],
  ]
  for (const [way, come] of ways) {
    describe(`over ${way}`, () => {
      const connect = async (query?: string): Promise<Told> => (await come(query)).told

      it('begins with what is there now', async () => {
        stage.read({ device_id: 'plug-1', power_w: 5 })
        stage.change({ id: 'open' })
        stage.change({ id: 'over', state: 'resolved' }, 'resolved')
        const told = await connect()
        const hello = await told.next()
        assert.equal(hello.type, 'hello')
        assert.equal(hello.reason, 'connected')
        assert.deepEqual(
          hello.readings?.map(({ device_id, power_w }) => [device_id, power_w]),
          [['plug-1', 5]],
        )
        assert.deepEqual(
          hello.incidents?.map(({ id }) => id),
          ['open'],
        )
      })

      it('tells all readings of a tenth of a second in one frame, as they are', async () => {
        const told = await connect()
        await told.next()
        stage.read({ device_id: 'plug-1', power_w: 1 })
        stage.clock.advance(FLUSH_MS / 2)
        stage.read({ device_id: 'plug-2', alias: 'two\nlines', power_w: 2 })
        stage.read({ device_id: 'plug-1', power_w: 3 })
        const before = stage.devices.flatMap(({ reading }) => (reading ? [reading] : []))
        stage.clock.advance(FLUSH_MS / 2)
        const frame = await told.next()
        assert.equal(frame.type, 'readings')
        assert.deepEqual(idsIn(frame), ['plug-1', 'plug-2', 'plug-1'])
        assert.deepEqual(frame.readings?.slice(1), before)
      })

      it('tells at most 500 readings in a frame', async () => {
        const told = await connect()
        await told.next()
        for (let device = 0; device < 1100; device++) stage.read({ device_id: `plug-${device}` })
        stage.clock.advance(FLUSH_MS)
        const sizes = []
        for (let frame = 0; frame < 3; frame++) sizes.push(idsIn(await told.next()).length)
        assert.deepEqual(sizes, [500, 500, 100])
      })

      it('begins with the first 500 devices, and goes on with the others', async () => {
        for (let device = 0; device < 700; device++) stage.read({ device_id: `plug-${device}` })
        const told = await connect()
        assert.equal(idsIn(await told.next()).length, 500)
        const rest = await told.next()
        assert.equal(rest.type, 'readings')
        assert.equal(rest.left_out, undefined)
        assert.equal(idsIn(rest).length, 200)
      })

      it('tells a critical incident at once, with those that wait, in their order', async () => {
        const told = await connect()
        await told.next()
        stage.read({})
        stage.change({ id: 'first' })
        stage.change({ id: 'second', severity: 'critical' })
        const { type, incidents = [] } = await told.next()
        assert.equal(type, 'incidents')
        assert.deepEqual(
          incidents.map(({ change, incident }) => [change, incident.id]),
          [
            ['raised', 'first'],
            ['raised', 'second'],
          ],
        )
        stage.clock.advance(FLUSH_MS)
        assert.equal((await told.next()).type, 'readings')
      })

      it('tells other incidents with the next frames', async () => {
        const told = await connect()
        await told.next()
        stage.change({ id: 'one' })
        assert.equal(stage.clock.pending > 0, true)
        stage.clock.advance(FLUSH_MS)
        assert.equal((await told.next()).incidents?.[0]?.incident.id, 'one')
      })

      it('tells what a filter lets through, and only that', async () => {
        stage.read({ device_id: 'plug-3', power_w: 1 })
        const told = await connect('?device_id=plug-1,plug-2&fields=power_w,on&severity=warning')
        const { readings = [], filter } = await told.next()
        assert.deepEqual(readings, [])
        assert.deepEqual(filter, {
          device_id: ['plug-1', 'plug-2'],
          fields: ['on', 'power_w'],
          events: ['readings', 'incidents'],
          severity: 'warning',
          changes: false,
        })
        stage.read({ device_id: 'plug-3' })
        stage.read({ device_id: 'plug-1', power_w: 7, voltage_v: 230 })
        stage.change({ id: 'info', severity: 'info' })
        stage.change({ id: 'another', device_id: 'plug-3', severity: 'critical' })
        stage.change({ id: 'many', device_id: '*', members: { 'plug-2': 'Lamp' }, severity: 'critical' })
        assert.deepEqual(
          (await told.next()).incidents?.map(({ incident }) => incident.id),
          ['many'],
        )
        stage.clock.advance(FLUSH_MS)
        const [only, ...others] = (await told.next()).readings ?? []
        assert.deepEqual(others, [])
        assert.equal(only?.power_w, 7)
        assert.equal(only?.on, true)
        assert.equal(only?.alias, 'Kettle')
        assert.equal(only?.voltage_v, undefined)
      })

      it('tells readings without any of the fields to nobody who asks for these', async () => {
        stage.read({ device_id: 'plug-1', power_w: 1 })
        const told = await connect('?fields=temperature_c')
        assert.deepEqual((await told.next()).readings, [])
        stage.read({ device_id: 'plug-1', power_w: 2 })
        stage.read({ device_id: 'sensor', temperature_c: 20 })
        stage.clock.advance(FLUSH_MS)
        assert.deepEqual(idsIn(await told.next()), ['sensor'])
      })

      it('tells of changes alone where that is asked', async () => {
        stage.read({ power_w: 1, latency_ms: 5, rssi_dbm: -50 })
        const told = await connect('?changes=true')
        assert.equal((await told.next()).readings?.length, 1)
        stage.read({ power_w: 1, latency_ms: 6, rssi_dbm: -51 })
        stage.read({ power_w: 2, latency_ms: 6 })
        stage.read({ power_w: 2, latency_ms: 7 })
        stage.read({ power_w: 2, latency_ms: 7, on: false })
        stage.clock.advance(FLUSH_MS)
        assert.deepEqual(
          (await told.next()).readings?.map(({ power_w, on }) => [power_w, on]),
          [
            [2, true],
            [2, false],
          ],
        )
      })

      it('says nothing of what was not asked for', async () => {
        stage.read({})
        stage.change({})
        const told = await connect('?events=incidents')
        const hello = await told.next()
        assert.equal(hello.readings, undefined)
        assert.equal(hello.incidents?.length, 1)
        stage.read({})
        stage.clock.advance(FLUSH_MS)
        stage.change({ severity: 'critical' })
        assert.equal((await told.next()).type, 'incidents')
      })

      it('listens to nothing, and has no timer, while nobody is there', async () => {
        const timers = stage.clock.pending
        assert.equal(stage.listeners.size, 0)
        const { told, leave } = await come()
        await told.next()
        assert.equal(stage.listeners.size, 1)
        stage.read({})
        leave()
        await soon(() => assert.equal(stage.listeners.size, 0))
        assert.equal(stage.clock.pending, timers)
      })

      it('goes on for all others when one goes away', async () => {
        const [leaving, staying] = [await come(), await connect()]
        await leaving.told.next()
        await staying.next()
        leaving.leave()
        for (let turn = 0; turn < 3; turn++) {
          stage.read({ power_w: turn })
          stage.clock.advance(FLUSH_MS)
          assert.equal((await staying.next()).readings?.[0]?.power_w, turn)
        }
      })
    })
  }

  it('tells fifty clients over both ways the same', async () => {
    const all = Array.from({ length: 25 }, () => ways.map(([, come]) => come())).flat()
    const clients = (await Promise.all(all)).map(({ told }) => told)
    await Promise.all(clients.map((told) => told.next()))
    for (let device = 0; device < 20; device++) stage.read({ device_id: `plug-${device}` })
    stage.change({})
    stage.clock.advance(FLUSH_MS)
    const frames = await Promise.all(clients.map(async (told) => [await told.next(), await told.next()]))
    for (const each of frames) assert.deepEqual(each, frames[0])
    assert.deepEqual(
      frames[0]?.map(({ type }) => type),
      ['incidents', 'readings'],
    )
    const { websocket_clients, event_clients, messages, frames: sent } = stage.live.statistics()
    assert.deepEqual({ websocket_clients, event_clients }, { websocket_clients: 25, event_clients: 25 })
    assert.equal(messages, 50 * 21)
    assert.equal(sent, 50 * 3)
  })
})
