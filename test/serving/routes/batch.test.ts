import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { ROUTES } from '../../../src/serving/routes/routes'
import { ApiServer, KEYS, READ_KEY } from '../../support/api-server'
import { polled } from './stored-home'

interface Answered {
  readonly id?: string
  readonly status: number
  readonly type: string
  readonly body: Record<string, unknown>
}

describe('POST /batch', () => {
  let server: ApiServer

  before(async () => {
    const sources = { devices: () => [polled({ device_id: 'lamp', alias: 'Lamp "1"' })] }
    server = await ApiServer.start({ routes: ROUTES, sources, options: { keys: KEYS, commands: 'yes' } })
  })
  after(() => server.stop())

  const post = (requests: unknown, headers: object = { 'x-api-key': READ_KEY }) =>
    server.ask('/batch', { 'content-type': 'application/json', ...headers }, 'POST', JSON.stringify({ requests }))
  const answers = async (requests: readonly object[]) => {
    const reply = await post(requests)
    assert.equal(reply.status, 200, reply.body)
    assert.equal(reply.headers['content-type'], 'application/json')
    return reply.json<{ answers: Answered[] }>().answers
  }

  it('answers all in their order, and tells failures apart', async () => {
    const found = await answers([
      { id: 'one', path: '/devices' },
      { path: '/devices/nobody' },
      { id: 'three', path: '/readings' },
      { path: '/devices?status=online' },
      { path: '/nothing' },
      { path: '/devices/lamp/command' },
      { path: '/batch' },
      { path: '/latest?format=csv&fields=on' },
      { path: '/devices/%ff' },
    ])
    assert.deepEqual(
      found.map(({ id, status }) => [id, status]),
      [
        ...[
          ['one', 200],
          [undefined, 404],
          ['three', 501],
          [undefined, 400],
          [undefined, 404],
        ],
        ...[
          [undefined, 404],
          [undefined, 404],
          [undefined, 200],
          [undefined, 400],
        ],
      ],
    )
    assert.equal(((found[0]?.body.devices ?? []) as { alias: string }[])[0]?.alias, 'Lamp "1"')
    assert.equal(found[1]?.body.code, 'DEVICE_UNKNOWN')
    assert.equal(found[1]?.type, 'application/problem+json')
    assert.equal(found[2]?.body.code, 'DATABASE_UNSUPPORTED')
    assert.match(String(found[7]?.body), /^device_id,parent_id,alias.*\r\nlamp,,"Lamp ""1""",/)
  })

  it('answers fifty, and refuses fifty-one, none, and what is no path', async () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ path: '/status' }))
    assert.equal((await answers(many(50))).filter(({ status }) => status === 200).length, 50)
    for (const requests of [many(51), [], [{ path: 'status' }], [{ path: '/status', method: 'POST' }], ['/status'], {}])
      assert.equal((await post(requests)).status, 400, JSON.stringify(requests))
  })

  it('needs a key as each of its parts does', async () => {
    assert.equal((await post([{ path: '/ready' }], {})).status, 401)
  })
})
