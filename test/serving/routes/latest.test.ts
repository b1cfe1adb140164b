import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MEASURED_KEYS, type Reading } from '../../../src/domain/reading'
import { NOW, polled, serve, useStoredHome } from './stored-home'

const LAST = NOW - 60_000

describe('GET /latest', () => {
  const home = useStoredHome({
    devices: () => [
      polled({ device_id: 'kettle', alias: 'Kettle', power_w: 1800 }),
      polled({ device_id: 'fridge', timestamp: LAST - 3_600_000, power_w: 1 }, 'offline'),
      polled({ device_id: 'lamp', power_w: 9 }),
      { host: '127.0.0.9', alias: '127.0.0.9', state: 'unknown' },
    ],
  })
  const ask = (query: string) => home().server.ask(`/latest${query}`)
  const readings = async (query: string) => (await ask(query)).json<{ readings: Reading[] }>().readings

  it('has the newest of fleet and database, of each device one', async () => {
    assert.deepEqual(
      (await readings('')).map(({ device_id, timestamp, power_w }) => [device_id, timestamp, power_w]),
      [
        ['fridge', LAST, 30],
        ['kettle', NOW, 1800],
        ['lamp', NOW, 9],
      ],
    )
  })

  it('has the devices and fields that are asked for, beside what the reading is of', async () => {
    const [reading, ...others] = await readings('?device_id=kettle&fields=power_w')
    assert.deepEqual(others, [])
    assert.deepEqual(Object.keys(reading ?? {}).sort(), [
      ...['alias', 'device_id', 'host', 'model', 'power_w', 'quality', 'source', 'timestamp'],
    ])
  })

  it('writes a table with a column for everything that can be measured', async () => {
    const [head = '', fridge = '', ...rest] = (await ask('?format=csv')).body.trimEnd().split('\r\n')
    const identity = ['device_id', 'parent_id', 'alias', 'model', 'host', 'timestamp']
    assert.deepEqual(head.split(','), [...identity, ...MEASURED_KEYS, 'source', 'quality'])
    assert.match(fridge, new RegExp(`^fridge,,Fridge,HS110\\(EU\\),127\\.0\\.0\\.1,${LAST},true,30,`))
    assert.equal(rest.length, 2)
  })

  it('has no rows of a device that nobody knows', async () => {
    assert.deepEqual(await readings('?device_id=nobody'), [])
  })

  it('needs no database', async () => {
    const server = await serve({ devices: () => [polled({ device_id: 'lamp' })] })
    try {
      const { readings } = (await server.ask('/latest')).json<{ readings: Reading[] }>()
      assert.deepEqual(
        readings.map(({ device_id }) => device_id),
        ['lamp'],
      )
    } finally {
      await server.stop()
    }
  })
})
