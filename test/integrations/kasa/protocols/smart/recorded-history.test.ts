import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { RECORDED_ENERGY_SCHEMA, type RecordedEnergy } from '../../../../../src/domain/recorded-energy'
import { LocalCalendar } from '../../../../../src/integrations/kasa/protocols/smart/local-calendar'
import { RecordedHistory } from '../../../../../src/integrations/kasa/protocols/smart/recorded-history'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../../support/scripted-smart'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const isRecord = new Ajv({ strict: false }).compile<RecordedEnergy>(RECORDED_ENERGY_SCHEMA)
const at = (text: string) => Date.parse(text)

/** A plug in `region` at `now` whose history is what `data` says for each request. */
function plug(now: number, region: string, data: (params: Record<string, number>) => unknown) {
  const methods: Methods = {
    component_nego: { component_list: [{ id: 'energy_monitoring', ver_code: 2 }] },
    get_device_info: { device_id: 'D', type: 'SMART.TAPOPLUG', model: 'P110', device_on: true, fw_ver: '1' },
    get_device_time: { timestamp: now / 1000, time_diff: 0, region },
  }
  const script = new ScriptedSmart(methods)
  const asked: Record<string, number>[] = []
  const plain = script.reply.bind(script)
  script.reply = (text) => {
    const { method, params } = JSON.parse(text) as { method: string; params: Record<string, number> }
    if (method !== 'get_energy_data') return plain(text)
    asked.push(params)
    return JSON.stringify({ error_code: 0, result: { ...params, data: data(params) } })
  }
  const { reader, device } = scriptedReader(script)
  const clock = { now: () => now } as never
  return { history: new RecordedHistory('127.0.0.1', device, reader, clock), asked, methods }
}

const hours =
  (...wh: number[]) =>
  () =>
    wh

describe('energy that a newer device has recorded', () => {
  const now = at('2026-01-20T10:30:00Z')

  it('comes by the hours of the last week that are over', async () => {
    const { history, asked } = plug(now, 'UTC', hours(...Array.from({ length: 48 }, (_, hour) => hour)))
    const records = await history.read(undefined, at('2026-01-19T22:00:00Z'), now + DAY_MS)
    assert.deepEqual(asked, [
      {
        start_timestamp: at('2026-01-19T00:00:00Z') / 1000,
        end_timestamp: at('2026-01-20T23:59:59Z') / 1000,
        interval: 60,
      },
    ])
    assert.equal(records.length, 12)
    assert.deepEqual(records[0], {
      ...{ device_id: 'D', alias: 'P110', model: 'P110', host: '127.0.0.1' },
      ...{ timestamp: at('2026-01-19T22:00:00Z'), duration_ms: HOUR_MS, used_kwh: 0.022 },
    })
    assert.equal(records.at(-1)?.timestamp, at('2026-01-20T09:00:00Z'))
  })

  it('has the last hour that began in the range, although it ended after it', async () => {
    const { history } = plug(now, 'UTC', hours(5, 6, 7))
    const records = await history.read(undefined, at('2026-01-20T00:00:00Z'), at('2026-01-20T01:30:00Z'))
    assert.deepEqual(
      records.map(({ used_kwh }) => used_kwh),
      [0.005, 0.006],
    )
  })

  it('comes by days before that, from the beginning of a quarter', async () => {
    const days = Array.from({ length: 92 }, (_, day) => day)
    const { history, asked } = plug(now, 'UTC', ({ interval }) => (interval === 1440 ? days : []))
    const records = await history.read(undefined, at('2025-12-30T00:00:00Z'), at('2026-01-04T00:00:00Z'))
    assert.deepEqual(
      asked.map(({ start_timestamp, interval }) => [start_timestamp, interval]),
      [
        [at('2025-10-01T00:00:00Z') / 1000, 1440],
        [at('2026-01-01T00:00:00Z') / 1000, 1440],
      ],
    )
    assert.deepEqual(
      records.map(({ timestamp, duration_ms, used_kwh }) => [timestamp, duration_ms, used_kwh]),
      [
        [at('2025-12-30T00:00:00Z'), DAY_MS, 0.09],
        [at('2025-12-31T00:00:00Z'), DAY_MS, 0.091],
        [at('2026-01-01T00:00:00Z'), DAY_MS, 0],
        [at('2026-01-02T00:00:00Z'), DAY_MS, 0.001],
        [at('2026-01-03T00:00:00Z'), DAY_MS, 0.002],
      ],
    )
  })

  it('begins its days at midnight where the device is', async () => {
    const { history, asked } = plug(now, 'Asia/Kolkata', hours(1))
    const [record] = await history.read(undefined, at('2026-01-19T18:30:00Z'), now)
    assert.equal(asked[0]?.start_timestamp, at('2026-01-19T18:30:00Z') / 1000)
    assert.equal(record?.timestamp, at('2026-01-19T18:30:00Z'))
  })

  it('leaves out the day in which clocks change', async () => {
    const spring = at('2026-03-30T22:00:00Z')
    const { history, asked } = plug(spring, 'Europe/Berlin', () => [])
    await history.read(undefined, at('2026-03-28T12:00:00Z'), spring)
    assert.deepEqual(
      asked.map(({ start_timestamp, end_timestamp }) => [start_timestamp, end_timestamp]),
      [
        [at('2026-03-27T23:00:00Z') / 1000, at('2026-03-28T22:59:59Z') / 1000],
        [at('2026-03-29T22:00:00Z') / 1000, at('2026-03-30T21:59:59Z') / 1000],
      ],
    )
  })

  it('is none where the clock of the device is not set, or it has no records', async () => {
    const unset = plug(now, 'UTC', hours(1))
    unset.methods.get_device_time = { timestamp: 946_771_480, time_diff: 0, region: '' }
    assert.deepEqual(await unset.history.read(undefined, now - DAY_MS, now), [])
    const older = plug(now, 'UTC', hours(1))
    older.methods.component_nego = { component_list: [{ id: 'energy_monitoring', ver_code: 1 }] }
    assert.deepEqual(await older.history.read(undefined, now - DAY_MS, now), [])
    await assert.rejects(older.history.read('nobody', now - DAY_MS, now), { code: 'DEVICE_UNKNOWN' })
  })

  it('is sound or none, in a few requests, whatever the device and the caller say', async () => {
    const number = fc.oneof(fc.double(), fc.integer({ min: -10, max: 10_000 }), fc.jsonValue())
    const data = fc.oneof(fc.array(number, { maxLength: 300 }), fc.jsonValue())
    const moment = fc.oneof(fc.integer({ min: now - 900 * DAY_MS, max: now + 9 * DAY_MS }), fc.constant(-Infinity))
    const region = fc.oneof(fc.string(), fc.constantFrom('Pacific/Auckland', 'America/Chicago', 'CEST', '__proto__'))
    await fc.assert(
      fc.asyncProperty(data, region, moment, moment, async (values, zone, from, to) => {
        const { history, asked } = plug(now, zone, () => values)
        const records = await history.read(undefined, from, to)
        for (const [index, record] of records.entries()) {
          assert.ok(isRecord(record), JSON.stringify([record, isRecord.errors]))
          assert.ok(record.timestamp >= from && record.timestamp < to && record.timestamp + record.duration_ms <= now)
          const before = records[index - 1]
          assert.ok(!before || before.timestamp + before.duration_ms <= record.timestamp)
        }
        assert.ok(asked.length <= 6)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the calendar of a device', () => {
  it('goes by the name of its zone, because its time_diff leaves out summer time', () => {
    const now = at('2025-02-10T23:31:39Z')
    const calendar = LocalCalendar.of({ timestamp: now / 1000, time_diff: 720, region: 'Pacific/Auckland' }, now)
    assert.equal(calendar?.startOfDay(now), at('2025-02-10T11:00:00Z'))
    assert.equal(calendar?.startOfQuarter(now), at('2024-12-31T11:00:00Z'))
  })

  it('goes by time_diff where the name is no zone', () => {
    const now = at('2025-02-10T23:31:39Z')
    const calendar = LocalCalendar.of({ timestamp: now / 1000, time_diff: 120, region: 'Nowhere' }, now)
    assert.equal(calendar?.startOfDay(now), at('2025-02-10T22:00:00Z'))
  })
})
