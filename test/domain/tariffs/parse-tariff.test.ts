import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { hasCode } from './has-code'
import { GERMAN_DAY_AND_NIGHT, REAL_TARIFFS } from './real-tariffs'

const FLAT_ROW = { name: 'all day', price_per_kwh: 0.3 }
const flat = { name: 'flat', currency: 'EUR', time_zone: 'Europe/Berlin', versions: [{ rows: [FLAT_ROW] }] }
const withRows = (...rows: object[]) => ({ ...flat, versions: [{ rows }] })

function assertRefused(given: unknown, message: RegExp): void {
  assert.throws(() => parseTariff(given), hasCode('CONFIG_INVALID', message))
}

describe('A tariff', () => {
  for (const written of REAL_TARIFFS) {
    it(`such as ${written.name} of ${written.time_zone} can be written`, () => {
      assert.equal(parseTariff(written).versions.length, written.versions.length)
    })
  }

  it('has what is left out by default', () => {
    assert.deepEqual(parseTariff(flat), {
      ...{ name: 'flat', currency: 'EUR', time_zone: 'Europe/Berlin', billing_day: 1, special_days: [] },
      versions: [
        {
          rows: [{ ...FLAT_ROW, days: [], from_minute: 0, to_minute: 0, up_to_per: 'month' }],
          ...{ demand_charges: [], service_charge: 0, service_per: 'month', minimum_charge: 0, taxes: [] },
        },
      ],
    })
  })

  it('takes numbers as a dialog has them, and months as seasons', () => {
    const { versions } = parseTariff(
      withRows(
        {
          ...FLAT_ROW,
          season_from: '6',
          season_to: '02',
          price_per_kwh: '0.25',
          up_to_kwh: '',
          from: '24:00',
          to: '24:00',
        },
        FLAT_ROW,
      ),
    )
    const { season, price_per_kwh, from_minute, to_minute, up_to_kwh } = versions[0]?.rows[0] ?? {}
    assert.deepEqual(season, { from: '06-01', to: '02-29' })
    assert.deepEqual([price_per_kwh, from_minute, to_minute, up_to_kwh], [0.25, 0, 1440, undefined])
  })

  it('names what is wrong in it', () => {
    assertRefused([], /an object/)
    assertRefused({ ...flat, price: 1 }, /^price: .*only the keys/)
    assertRefused({ ...flat, name: '' }, /^name: .*64 characters/)
    assertRefused({ ...flat, currency: 'XQQ' }, /^currency: "XQQ".*ISO 4217/)
    assertRefused({ ...flat, time_zone: 'Europe/Bonn' }, /^time_zone: "Europe\/Bonn"/)
    assertRefused({ ...flat, billing_day: 29 }, /^billing_day: 29.*from 1 to 28/)
    assertRefused({ ...flat, billing_day: 1.5 }, /^billing_day: 1.5.*whole number/)
    assertRefused({ ...flat, versions: [] }, /^versions: .*one version/)
    assertRefused(withRows({ name: 'x' }), /^versions\.0\.rows\.0\.price_per_kwh: .*a number/)
    assertRefused(withRows({ ...FLAT_ROW, price_per_kwh: 'cheap' }), /^versions\.0\.rows\.0\.price_per_kwh: "cheap"/)
    assertRefused(withRows({ ...FLAT_ROW, from: '25:00' }), /^versions\.0\.rows\.0\.from: "25:00".*24:00/)
    assertRefused(withRows({ ...FLAT_ROW, from: '24:30' }), /^versions\.0\.rows\.0\.from: "24:30"/)
    assertRefused(withRows({ ...FLAT_ROW, days: 'mon, red' }), /^versions\.0\.rows\.0\.days: "red".*mon, tue/)
    assertRefused(withRows({ ...FLAT_ROW, season_from: '02-30', season_to: '3' }), /season_from: "02-30"/)
    assertRefused(withRows({ ...FLAT_ROW, season_from: '02' }), /season_to: .*a day of the year/)
    assertRefused(withRows({ ...FLAT_ROW, up_to_kwh: 0 }), /up_to_kwh: 0/)
    assertRefused(
      { ...flat, special_days: [{ count_as: 'sun', dates: '2025-02-30' }] },
      /special_days\.0\.dates: "2025-02-30"/,
    )
    assertRefused({ ...flat, special_days: [{ count_as: 'Red', dates: [] }] }, /count_as: "Red"/)
    const [version] = flat.versions
    const withVersion = (more: object) => ({ ...flat, versions: [{ ...version, ...more }] })
    assertRefused(withVersion({ valid_from: '2025-13-01' }), /valid_from: "2025-13-01"/)
    assertRefused(withVersion({ service_per: 'week' }), /service_per: "week".*month, day/)
    assertRefused(withVersion({ taxes: [{ name: 'VAT', percent: 19, on: 'beer' }] }), /taxes\.0\.on: "beer"/)
    const demand = { name: 'peak', price_per_kw: 5, minutes: 20 }
    assertRefused(withVersion({ demand_charges: [demand] }), /demand_charges\.0\.minutes: 20.*15, 30, 60/)
  })

  it('names versions that are out of order', () => {
    const [first, second] = GERMAN_DAY_AND_NIGHT.versions
    for (const versions of [
      [second, first],
      [second, second],
      [first, { ...second, valid_from: '' }],
    ]) {
      assertRefused({ ...GERMAN_DAY_AND_NIGHT, versions }, /^versions: .*in order/)
    }
  })

  it('names a time of the year that no row covers', () => {
    assertRefused(withRows({ ...FLAT_ROW, from: '06:00', to: '22:00' }), /^versions\.0\.rows: "01-01 \(mon\) 00:00"/)
    assertRefused(withRows({ ...FLAT_ROW, season_from: '10', season_to: '05' }), /"06-01 \(mon\) 00:00"/)
    assertRefused(withRows({ ...FLAT_ROW, days: 'mon,tue,wed,thu,fri,sat' }), /\(sun\) 00:00/)
    assertRefused(withRows({ ...FLAT_ROW, up_to_kwh: 100 }), /beyond 100 kWh/)
  })

  it('names a night of which the day before was not thought', () => {
    const night = { name: 'night', days: 'mon,tue,wed,thu,fri', from: '22:00', to: '06:00', price_per_kwh: 0.2 }
    const day = { name: 'day', days: 'mon,tue,wed,thu,fri', from: '06:00', to: '22:00', price_per_kwh: 0.3 }
    const weekend = { name: 'weekend', days: 'sat,sun', price_per_kwh: 0.2 }
    // The night to Monday begins on a Sunday.
    assertRefused(withRows(day, night, weekend), /\(mon\) 00:00/)
    assert.ok(parseTariff(withRows(day, night, { ...weekend, days: '' })))
  })

  it('names a row that never applies', () => {
    assertRefused(withRows(FLAT_ROW, { ...FLAT_ROW, name: 'night', from: '22:00', to: '06:00' }), /rows\.1: "night"/)
    const blocks = [200, 100].map((up_to_kwh) => ({ ...FLAT_ROW, name: `up to ${up_to_kwh}`, up_to_kwh }))
    assertRefused(withRows(...blocks, FLAT_ROW), /rows\.1: "up to 100"/)
  })

  it('may have special days of which no date is known yet', () => {
    const tariff = {
      ...withRows({ ...FLAT_ROW, name: 'red', days: 'red' }, FLAT_ROW),
      special_days: [{ count_as: 'red' }],
    }
    assert.equal(parseTariff(tariff).special_days.length, 1)
  })

  it('is refused with a reason, whatever is handed in', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom('mon', '06:00', 'EUR', '2025-01-01', 12))
    const keys = ['name', 'price_per_kwh', 'days', 'from', 'to', 'season_from', 'season_to', 'up_to_kwh', 'valid_from']
    const row = fc.dictionary(fc.constantFrom(...keys), value)
    const given = fc.oneof(
      fc.anything(),
      fc.record({ versions: fc.array(fc.record({ rows: fc.array(row) })), special_days: value, billing_day: value }),
    )
    fc.assert(
      fc.property(given, (written) => {
        assert.throws(
          () => parseTariff(written),
          (thrown) => thrown instanceof MonitorError && thrown.code === 'CONFIG_INVALID',
        )
      }),
      { numRuns: 300 },
    )
  })
})
