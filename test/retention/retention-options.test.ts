import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { DEFAULT_TIERS, type TierRow } from '../../src/retention/tier-rows'

const HOURLY: TierRow = { name: 'hourly', bucket: '1h', keep_days: 30, fields: '' }
const DAILY: TierRow = { name: 'daily', bucket: '1d', keep_days: 365, fields: '' }

function refusal(given: Readonly<Record<string, unknown>>): string {
  try {
    parseRetentionOptions(given)
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    assert.equal(thrown.code, 'CONFIG_INVALID')
    assert.ok(thrown.details.range)
    return thrown.details.field ?? ''
  }
  return 'taken'
}

function refusalOfTiers(...tiers: unknown[]): string {
  return refusal({ tiers })
}

describe('The settings of retention', () => {
  it('keep raw readings for 7 days, hours for 30 and days for a year where nothing else is said', () => {
    const { tiers, time_zone, ...rest } = parseRetentionOptions({})
    assert.deepEqual(tiers, [
      { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] },
      { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 365, fields: [] },
    ])
    assert.equal(time_zone, new Intl.DateTimeFormat().resolvedOptions().timeZone)
    const { raw_keep_days, delay_minutes, maximum_mb, server_retention, margin_days, lag_hours } = rest
    assert.deepEqual([raw_keep_days, delay_minutes, maximum_mb, margin_days, lag_hours], [7, 5, 0, 2, 24])
    assert.equal(server_retention, 'tiers')
  })

  it('take the default tiers as a person writes them', () => {
    assert.deepEqual(parseRetentionOptions({ tiers: DEFAULT_TIERS }), parseRetentionOptions({}))
  })

  it('take fields with commas between them, each once', () => {
    const { tiers } = parseRetentionOptions({ tiers: [{ ...HOURLY, fields: ' power_w, on,power_w, ' }] })
    assert.deepEqual(tiers[0]?.fields, ['power_w', 'on'])
  })

  it('take tiers from minutes to a year', () => {
    const buckets = ['1m', '15m', '1h', '6h', '1d', '1mo', '3mo', '12mo']
    const tiers = buckets.map((bucket, index) => ({
      name: `t${index}`,
      bucket,
      keep_days: index < 4 ? 60 : 0,
      fields: '',
    }))
    const parsed = parseRetentionOptions({ tiers })
    assert.deepEqual(
      parsed.tiers.map(({ bucket }) => `${bucket.count} ${bucket.unit}`),
      ['1 minute', '15 minute', '1 hour', '6 hour', '1 day', '1 month', '3 month', '12 month'],
    )
  })

  it('name the tier and the part of it that is wrong', () => {
    assert.equal(refusalOfTiers(), 'tiers')
    assert.equal(refusal({ tiers: 'hourly' }), 'tiers')
    assert.equal(refusalOfTiers(...Array.from({ length: 21 }, () => HOURLY)), 'tiers')
    assert.equal(refusalOfTiers(HOURLY, null), 'tiers[1]')
    for (const name of ['Hourly', '1h', 'raw', '', 'a'.repeat(21), "h'; DROP", undefined]) {
      assert.equal(refusalOfTiers({ ...HOURLY, name }), 'tiers[0].name')
    }
    assert.equal(refusalOfTiers(HOURLY, { ...DAILY, name: 'hourly' }), 'tiers[1].name')
    for (const bucket of ['', '1', '7m', '5h', '2d', '1w', '1 h', 60, undefined]) {
      assert.equal(refusalOfTiers(HOURLY, { ...DAILY, bucket }), 'tiers[1].bucket', String(bucket))
    }
    for (const keep_days of [-1, 1.5, 36_501, '30', Number.NaN, undefined]) {
      assert.equal(refusalOfTiers({ ...HOURLY, keep_days }), 'tiers[0].keep_days')
    }
    assert.equal(refusalOfTiers({ ...HOURLY, fields: 'power_w, watts' }), 'tiers[0].fields')
    assert.equal(refusalOfTiers({ ...HOURLY, fields: 7 }), 'tiers[0].fields')
  })

  it('refuse a tier that is not made of whole buckets of the one before', () => {
    for (const [finer, coarser] of [
      ['1h', '1h'],
      ['1h', '15m'],
      ['1d', '6h'],
      ['10m', '15m'],
      ['4h', '6h'],
      ['2mo', '3mo'],
    ]) {
      assert.equal(refusalOfTiers({ ...HOURLY, bucket: finer }, { ...DAILY, bucket: coarser }), 'tiers[1].bucket')
    }
  })

  it('refuse lives that end before what is made of them is there', () => {
    assert.equal(refusal({ raw_keep_days: 1, tiers: [{ ...DAILY }] }), 'raw_keep_days')
    assert.equal(refusal({ raw_keep_days: 1, delay_minutes: 1440 }), 'raw_keep_days')
    assert.equal(refusalOfTiers(HOURLY, { ...DAILY, bucket: '1mo' }), 'tiers[0].keep_days')
    assert.equal(refusalOfTiers({ ...HOURLY, keep_days: 6 }), 'tiers[0].keep_days')
    assert.equal(refusalOfTiers(HOURLY, { ...DAILY, keep_days: 29 }), 'tiers[1].keep_days')
  })

  it('let anything be kept for ever', () => {
    assert.equal(refusal({ raw_keep_days: 0 }), 'taken')
    assert.equal(refusalOfTiers({ ...HOURLY, keep_days: 0 }, { ...DAILY, keep_days: 0 }), 'taken')
  })

  it('refuse a time zone that nobody knows', () => {
    assert.equal(refusal({ time_zone: 'Europe/Atlantis' }), 'time_zone')
    assert.equal(refusal({ time_zone: 7 }), 'time_zone')
    assert.equal(parseRetentionOptions({ time_zone: 'Asia/Kathmandu' }).time_zone, 'Asia/Kathmandu')
  })

  it('name any other setting that is out of range', () => {
    assert.equal(refusal({ raw_keep_days: 4000 }), 'raw_keep_days')
    assert.equal(refusal({ lag_hours: 0 }), 'lag_hours')
    assert.equal(refusal({ server_retention: 'all' }), 'server_retention')
  })
})
