import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { healthOf, isReady } from '../../src/metrics/health'
import { labelsOf } from '../../src/metrics/parts'
import { aFleetDevice, FakeParts } from '../support/monitored-parts'

describe('Health', () => {
  let fake: FakeParts
  beforeEach(() => void (fake = new FakeParts()))

  const of = (kind: string) => {
    const { state, code, message } = healthOf(fake.all).find((part) => part.kind === kind) ?? {}
    return { state, ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
  }

  it('is ok for parts that do their work, each by its name', () => {
    assert.deepEqual(
      healthOf(fake.all).map(({ kind, name, state }) => `${kind} ${name}: ${state}`),
      [
        'fleet home: ok',
        'database readings: ok',
        'cache c1: ok',
        'alert alerts: ok',
        'homeassistant home assistant: ok',
        'retention retention: ok',
      ],
    )
  })

  it('of a fleet is degraded while a device is offline, and failed where none answers', () => {
    const away = aFleetDevice({ state: 'offline' })
    fake.devices = [aFleetDevice(), away]
    assert.deepEqual(of('fleet'), { state: 'degraded', message: '1 of 2 devices are offline' })
    fake.devices = [away, away]
    assert.deepEqual(of('fleet'), { state: 'failed', message: 'none of 2 devices answers' })
    fake.devices = []
    assert.deepEqual(of('fleet'), { state: 'ok' })
  })

  it('of a database is degraded while the spool keeps what comes, and failed where a person has to look', () => {
    fake.database.code = 'DATABASE_UNAVAILABLE'
    fake.database.message = 'nobody answers'
    const reason = { code: 'DATABASE_UNAVAILABLE', message: 'nobody answers' }
    for (const [state, health] of [
      ['retrying', 'degraded'],
      ['full', 'failed'],
      ['failed', 'failed'],
    ] as const) {
      fake.database.state = state
      assert.deepEqual(of('database'), { state: health, ...reason })
    }
    fake.database.state = 'closed'
    assert.equal(of('database').code, 'CLOSED')
  })

  it('of a database that is being opened is degraded until an attempt has failed', () => {
    const { database } = fake
    const opening = (more: object) => ({
      ...fake.all,
      databases: () => [
        {
          id: 'd1',
          name: 'readings',
          part: {
            status: () => ({ ...database.status(), ...more, state: 'opening' as const }),
            statistics: () => database.statistics(),
          },
        },
      ],
    })
    const stateOf = (parts: FakeParts['all']) => healthOf(parts).find(({ kind }) => kind === 'database')?.state
    assert.equal(stateOf(opening({})), 'degraded')
    assert.equal(stateOf(opening({ code: 'SPOOL_LOCKED', message: 'another process has it' })), 'failed')
  })

  it('of a cache is degraded without its Redis, for memory goes on', () => {
    fake.redis = { shrunk: false, redis: 'down', error: new MonitorError('CACHE_UNAVAILABLE', 'Redis is away') }
    assert.deepEqual(of('cache'), { state: 'degraded', code: 'CACHE_UNAVAILABLE', message: 'Redis is away' })
    fake.redis = { shrunk: true }
    assert.deepEqual(of('cache'), { state: 'degraded', message: 'memory is short' })
  })

  it('of Home Assistant is failed where the broker is away, with the reason', () => {
    fake.broker = { ...fake.broker, state: 'connecting' }
    assert.equal(of('homeassistant').state, 'degraded')
    fake.broker = { ...fake.broker, state: 'down', error: { code: 'BROKER_UNAVAILABLE', message: 'refused' } }
    assert.deepEqual(of('homeassistant'), { state: 'failed', code: 'BROKER_UNAVAILABLE', message: 'refused' })
  })

  it('of alerts and retention says what waits', () => {
    fake.alerts = { ...fake.alerts, waiting: 101 }
    assert.deepEqual(of('alert'), { state: 'degraded', message: '101 incidents are not told yet' })
    fake.retention = { state: 'lagging', code: 'RETENTION_LAGGING', message: 'two days wait' }
    assert.deepEqual(of('retention'), { state: 'degraded', code: 'RETENTION_LAGGING', message: 'two days wait' })
    fake.retention = { state: 'failed', code: 'ROLL_UP_UNVERIFIED', message: 'other rows' }
    assert.equal(of('retention').state, 'failed')
  })

  it('is ready unless a part has failed', () => {
    assert.ok(isReady([]))
    assert.ok(isReady([{ state: 'ok' }, { state: 'degraded' }]))
    assert.ok(!isReady([{ state: 'ok' }, { state: 'failed' }]))
  })
})

describe('Names of parts', () => {
  it('are those that people gave, with the id where two have the same, and the id where there is none', () => {
    const names = labelsOf([
      { id: 'a', name: 'home' },
      { id: 'b', name: 'garden' },
      { id: 'c', name: 'home' },
      { id: 'd', name: '' },
    ])
    assert.deepEqual([...names.values()], ['home (a)', 'garden', 'home (c)', 'd'])
  })
})
