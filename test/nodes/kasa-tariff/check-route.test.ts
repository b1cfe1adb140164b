import assert from 'node:assert/strict'
import { it } from 'mocha'
import { GERMAN_DAY_AND_NIGHT } from '../../domain/tariffs/real-tariffs'
import { inOneNodeRed } from '../../support/node-red'

inOneNodeRed('What the dialog of kasa-tariff asks', (nodeRed) => {
  const ask = async (settings: object) => {
    const reply = await fetch(`${nodeRed().url}/kasa-monitor/tariffs/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'tariff', settings }),
    })
    return { status: reply.status, answer: (await reply.json()) as { error?: { field?: string; message: string } } }
  }

  it('is answered with nothing where the tariff would be taken', async () => {
    assert.deepEqual(await ask({ ...GERMAN_DAY_AND_NIGHT, billing_day: '15', time_zone: '' }), {
      status: 200,
      answer: {},
    })
  })

  it('is answered with what is wrong, by its place', async () => {
    const { status, answer } = await ask({
      ...GERMAN_DAY_AND_NIGHT,
      versions: [{ rows: [{ name: 'x', price_per_kwh: '' }] }],
    })
    assert.deepEqual([status, answer.error?.field], [200, 'versions.0.rows.0.price_per_kwh'])
  })

  it('is refused where it is no question', async () => {
    const { status, answer } = await ask({ billing_day: 'many' })
    assert.deepEqual([status, answer.error?.field], [400, 'billing_day'])
  })
})
