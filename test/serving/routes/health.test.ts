import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import type { PartHealth } from '../../../src/serving/api-sources'
import { polled, serve } from './stored-home'

const OK: PartHealth = { kind: 'fleet', name: 'home', state: 'ok' }
const DEGRADED: PartHealth = { kind: 'database', name: '', state: 'degraded', code: 'DATABASE_UNAVAILABLE' }
const FAILED: PartHealth = { kind: 'database', name: '', state: 'failed', code: 'DATABASE_LOGIN_REFUSED' }

describe('Health of the API', () => {
  for (const [parts, state, status] of [
    [[], 'ok', 200],
    [[OK], 'ok', 200],
    [[OK, DEGRADED, OK], 'degraded', 200],
    [[DEGRADED, FAILED, OK], 'failed', 503],
  ] as const) {
    it(`is ${state} with parts that are ${parts.map((part) => part.state).join(', ') || 'not there'}`, async () => {
      const devices = () => [polled({ device_id: 'lamp' }), polled({ device_id: 'plug' }, 'offline')]
      const server = await serve({ health: () => parts, devices })
      try {
        const health = await server.ask('/health')
        assert.deepEqual([health.status, health.json()], [status, { state, parts }])
        const ready = await server.ask('/ready')
        assert.deepEqual([ready.status, ready.json()], [status, { ready: status === 200 }])
        assert.equal(ready.headers['cache-control'], 'no-cache')
        const told = (await server.ask('/status')).json()
        assert.deepEqual([told.state, told.devices, told.online, told.open_incidents], [state, 2, 1, 0])
      } finally {
        await server.stop()
      }
    })
  }

  it('tells metrics as they are written', async () => {
    const written = { type: 'text/plain; version=0.0.4; charset=utf-8', body: 'kasa_devices 2\n' }
    const server = await serve({ metrics: () => Promise.resolve(written) })
    try {
      const reply = await server.ask('/metrics')
      assert.deepEqual([reply.headers['content-type'], reply.body], [written.type, written.body])
    } finally {
      await server.stop()
    }
  })

  it('says so where nothing can write metrics', async () => {
    const missing = new MonitorError('METRICS_UNSUPPORTED', 'The package prom-client is not installed')
    const server = await serve({ metrics: () => Promise.reject(missing) })
    try {
      const reply = await server.ask('/metrics')
      assert.equal(reply.json().code, 'METRICS_UNSUPPORTED')
      assert.ok([501, 503].includes(reply.status), `${reply.status}`)
    } finally {
      await server.stop()
    }
  })
})
