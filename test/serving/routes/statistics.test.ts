import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { DeviceStatistics } from '../../../src/serving/statistics/device-statistics'
import { BEGIN, NOW, useStoredHome } from './stored-home'

describe('GET /statistics', () => {
  const home = useStoredHome()
  const ask = (query: string) => home().server.ask(`/statistics?${query}`)

  it('tells of each device what its values did', async () => {
    const reply = await ask(`device_id=kettle,fridge&fields=power_w,energy_kwh&from=${BEGIN}&to=${NOW}`)
    assert.equal(reply.status, 200, reply.body)
    const { bucket, devices } = reply.json<{ bucket: string; devices: DeviceStatistics[] }>()
    assert.equal(bucket, '15s')
    const [fridge, kettle, ...others] = devices
    assert.deepEqual(others, [])
    assert.deepEqual([fridge?.device_id, kettle?.device_id], ['fridge', 'kettle'])
    assert.equal(kettle?.count, 180)
    const power = kettle?.fields.power_w
    assert.deepEqual([power?.mean, power?.median, power?.deviation, power?.trend_per_h], [60, 60, 0, 0])
    const energy = kettle?.fields.energy_kwh
    assert.deepEqual([energy?.minimum, energy?.maximum], [5, 5.179])
    assert.ok(Math.abs((energy?.trend_per_h ?? 0) - 0.06) < 0.001, `${energy?.trend_per_h}`)
  })

  it('has nothing of devices without readings', async () => {
    assert.deepEqual((await ask(`device_id=nobody&from=${BEGIN}`)).json().devices, [])
  })

  for (const [query, field] of [
    ['', 'device_id'],
    [`device_id=${Array.from({ length: 21 }, (_, index) => `plug-${index}`).join()}`, 'device_id'],
    ['device_id=kettle&from=now', 'to'],
  ] as const) {
    it(`refuses '${query.slice(0, 40)}', and names ${field}`, async () => {
      const reply = await ask(query)
      assert.deepEqual([reply.status, reply.json().field], [400, field])
    })
  }
})
