import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'mocha'
import type { Command } from '../../../src/domain/command'
import { MonitorError, type ErrorCode } from '../../../src/domain/errors'
import { openApi } from '../../../src/serving/open-api/open-api'
import { postCommand } from '../../../src/serving/routes/command'
import { ApiServer, COMMAND_KEY, KEYS } from '../../support/api-server'
import { reading } from '../../support/readings'

describe('POST /devices/{device_id}/command', () => {
  const commands: [string, Command][] = []
  let outcome: () => Promise<object>
  let server: ApiServer

  before(async () => {
    server = await ApiServer.start({
      routes: [postCommand],
      sources: {
        command: (device_id, command) => {
          commands.push([device_id, command])
          return outcome()
        },
      },
      options: { commands: 'yes', commands_per_min: 6000, keys: KEYS },
    })
  })
  after(() => server.stop())
  beforeEach(() => {
    commands.length = 0
    outcome = () => Promise.resolve(reading({ on: false }))
  })

  const post = (body: unknown) =>
    server.ask(
      '/devices/plug-1/command',
      { 'content-type': 'application/json', 'x-api-key': COMMAND_KEY },
      'POST',
      JSON.stringify(body),
    )

  it('answers with what the device confirmed', async () => {
    const reply = await post({ command: 'brightness', brightness_pct: 40 })
    assert.deepEqual([reply.status, reply.json()], [200, { reading: reading({ on: false }) }])
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.deepEqual(commands, [['plug-1', { name: 'brightness', brightness_pct: 40 }]])
  })

  for (const [body, field] of [
    [{ command: 'explode' }, 'command'],
    [{}, 'command'],
    [[], 'body'],
    [null, 'body'],
    [{ command: 'brightness' }, 'brightness_pct'],
    [{ command: 'brightness', brightness_pct: 101 }, 'brightness_pct'],
    [{ command: 'brightness', brightness_pct: '40' }, 'brightness_pct'],
    [{ command: 'on', colour: 'red' }, 'body'],
    [{ command: 'alias', alias: 'ö'.repeat(40) }, 'alias'],
  ] as const) {
    it(`asks no device for ${JSON.stringify(body)}, and names ${field}`, async () => {
      const reply = await post(body)
      assert.deepEqual([reply.status, reply.json().field], [400, field], reply.body)
      assert.deepEqual(commands, [])
    })
  }

  const described = openApi([postCommand], { path: '', needs_key: true }) as {
    paths: Record<string, { post: { responses: Record<string, unknown> } }>
  }
  for (const [code, status] of [
    ['DEVICE_UNKNOWN', 404],
    ['COMMAND_SUPERSEDED', 409],
    ['COMMAND_UNSUPPORTED', 422],
    ['DEVICE_UNSUPPORTED', 501],
    ['HOST_UNREACHABLE', 502],
    ['COMMAND_NOT_CONFIRMED', 502],
    ['LOGIN_REFUSED', 502],
    ['DEVICE_OFFLINE', 503],
    ['CIRCUIT_OPEN', 503],
    ['QUEUE_FULL', 503],
    ['REPLY_TIMEOUT', 504],
  ] as const satisfies readonly (readonly [ErrorCode, number])[]) {
    it(`answers ${status}, which its description has, where the device fails with ${code}`, async () => {
      outcome = () => Promise.reject(new MonitorError(code, 'so it is'))
      const reply = await post({ command: 'on' })
      assert.deepEqual([reply.status, reply.json().code, reply.json().detail], [status, code, 'so it is'])
      assert.ok(status in (described.paths['/devices/{device_id}/command']?.post.responses ?? {}))
    })
  }
})
