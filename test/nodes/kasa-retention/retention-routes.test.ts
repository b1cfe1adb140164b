import assert from 'node:assert/strict'
import { beforeEach, it } from 'mocha'
import type { RetentionReport } from '../../../src/retention/retention-report'
import { inOneNodeRed, type NodeRed } from '../../support/node-red'

let files = 0

inOneNodeRed('What the dialog of kasa-retention asks', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))

  async function post(path: string, body: unknown): Promise<{ status: number; answer: Answer }> {
    const response = await fetch(`${nodeRed.url}/kasa-monitor/retention/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, answer: (await response.json()) as Answer }
  }
  const check = async (settings: object) => (await post('check', { id: 'any', settings })).answer

  it('is what a tier may hold, and which time zone the machine has', async () => {
    const response = await fetch(`${nodeRed.url}/kasa-monitor/retention/tables`)
    const { keys, time_zone } = (await response.json()) as { keys: string[]; time_zone: string }
    assert.ok(keys.includes('power_w'))
    assert.equal(time_zone, new Intl.DateTimeFormat().resolvedOptions().timeZone)
  })

  it('is what a plan does, and roughly what it takes, whether it is deployed or not', async () => {
    const { plan } = await check({ time_zone: 'Europe/Berlin', raw_keep_days: '14' })
    assert.equal(plan?.time_zone, 'Europe/Berlin')
    assert.equal(plan.raw.keep_days, 14)
    assert.deepEqual(
      plan.tiers.map(({ name, unit, count, keep_days }) => [name, unit, count, keep_days]),
      [
        ['hourly', 'hour', 1, 30],
        ['daily', 'day', 1, 365],
      ],
    )
    for (const { bytes } of [plan.raw, ...plan.tiers]) assert.ok(bytes > 0)
  })

  it('is what is wrong with a plan, by the name of the field', async () => {
    const tiers = [{ name: 'Hourly', bucket: '1h', keep_days: 30, fields: '' }]
    assert.match(String((await check({ tiers })).error?.message), /^tiers\[0\]\.name: "Hourly" /)
    assert.match(String((await check({ raw_keep_days: -1 })).error?.message), /^raw_keep_days: /)
    assert.match(String((await check({ tiers: 'many' })).error?.message), /^tiers: /)
  })

  it('is what the deployed node would do now', async () => {
    const database = { id: 'database', type: 'kasa-database', file: `routes-${++files}.sqlite` }
    const retention = { id: 'retention', type: 'kasa-retention', database: 'database', runs: 'by_message', wires: [] }
    await nodeRed.deploy([database, retention])
    const { status, answer } = await post('dry-run', { id: 'retention' })
    assert.equal(status, 200)
    assert.equal(answer.report?.dry, true)
    assert.deepEqual(
      answer.report.tiers.map(({ name }) => name),
      ['raw', 'hourly', 'daily'],
    )
  })

  it('is refused where the node is not deployed, or not named', async () => {
    const { status, answer } = await post('dry-run', { id: 'nobody' })
    assert.deepEqual([status, answer.error?.code], [400, 'CONFIG_INVALID'])
    for (const body of [{}, { id: '' }, { id: 7 }, [], { id: 'x'.repeat(65) }]) {
      assert.equal((await post('dry-run', body)).status, 400)
      assert.equal((await post('check', body)).status, 400)
    }
  })
})

interface Answer {
  readonly error?: { readonly code: string; readonly message: string }
  readonly report?: RetentionReport
  readonly plan?: {
    readonly time_zone: string
    readonly raw: { readonly keep_days: number; readonly bytes: number }
    readonly tiers: readonly {
      readonly name: string
      readonly unit: string
      readonly count: number
      readonly keep_days: number
      readonly bytes: number
    }[]
  }
}
