import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { Pricing } from '../../../src/domain/tariffs/pricing'
import { hasCode } from './has-code'
import {
  AUSTRALIAN_DEMAND,
  BLOCKS,
  BRITISH_NIGHT,
  CALIFORNIAN_TIME_OF_USE,
  FRENCH_TEMPO,
  GERMAN_DAY_AND_NIGHT,
  REAL_TARIFFS,
  SPANISH_THREE_PERIODS,
} from './real-tariffs'

const HOUR_MS = 3_600_000

/** The name and the price of the row that holds at each moment, given with its zone's offset. */
function rowsAt(tariff: object, moments: readonly string[], used_kwh = 0): string[] {
  const pricing = new Pricing(parseTariff(tariff))
  return moments.map((moment) => {
    const { name, price_per_kwh } = pricing.priceAt(Date.parse(moment), used_kwh)
    return `${name} ${Math.round(price_per_kwh * 10_000) / 10_000}`
  })
}

describe('The price of a moment', () => {
  it('is by day and night in Germany, and the old one in the old year', () => {
    const moments = [
      '2025-12-31T21:59:59+01:00',
      '2025-12-31T22:00+01:00',
      '2026-01-01T12:00+01:00',
      '2026-01-03T12:00+01:00',
    ]
    assert.deepEqual(rowsAt(GERMAN_DAY_AND_NIGHT, moments), ['HT 0.29', 'NT 0.22', 'HT 0.31', 'NT 0.24'])
  })

  it('is by season, weekday, holiday and allowance in California', () => {
    const summer = [
      '2025-06-02T16:00-07:00',
      '2025-06-02T21:00-07:00',
      '2025-06-01T16:00-07:00',
      '2025-07-04T20:59-07:00',
    ]
    assert.deepEqual(rowsAt(CALIFORNIAN_TIME_OF_USE, summer, 1000), [
      ...['on-peak 0.59', 'off-peak 0.35', 'mid-peak 0.47', 'mid-peak 0.47'],
    ])
    const winter = ['2025-10-01T15:59-07:00', '2025-05-31T16:00-07:00', '2025-12-25T03:00-08:00']
    assert.deepEqual(rowsAt(CALIFORNIAN_TIME_OF_USE, winter, 1000), [
      ...['super-off-peak 0.32', 'mid-peak 0.52', 'off-peak 0.36'],
    ])
    // The period from 14 May has 31 days, that from 14 June 30.
    assert.deepEqual(rowsAt(CALIFORNIAN_TIME_OF_USE, ['2025-06-13T23:59-07:00', '2025-06-14T00:00-07:00'], 310), [
      ...['off-peak 0.25', 'off-peak 0.35'],
    ])
  })

  it('is by the colour of the day on which the night begins in France', () => {
    const moments = [
      '2025-01-02T05:59+01:00',
      '2025-01-02T06:00+01:00',
      '2025-01-04T05:59+01:00',
      '2025-01-04T06:00+01:00',
    ]
    assert.deepEqual(rowsAt(FRENCH_TEMPO, moments), [
      'bleu HC 0.1296',
      'rouge HP 0.7562',
      'rouge HC 0.1568',
      'bleu HP 0.1609',
    ])
    assert.deepEqual(rowsAt(FRENCH_TEMPO, ['2025-01-07T23:00+01:00', '2025-01-08T06:00+01:00']), [
      ...['blanc HC 0.1486', 'bleu HP 0.1609'],
    ])
  })

  it('is of three periods in Spain, on holidays the lowest all day', () => {
    const hours = [7, 8, 10, 14, 18, 22].map((hour) => `2025-10-13T${String(hour).padStart(2, '0')}:00+02:00`)
    assert.deepEqual(
      rowsAt(SPANISH_THREE_PERIODS, [...hours, '2025-12-08T12:00+01:00']).map((row) => row.split(' ')[0]),
      ['valle', 'llano', 'punta', 'llano', 'punta', 'llano', 'valle'],
    )
  })

  it('is by what the household has used in the billing period', () => {
    const at = (used_kwh: number) => rowsAt(BLOCKS, ['2025-03-10T12:00Z'], used_kwh)[0]
    assert.deepEqual([0, 99.9, 100, 299, 300, 1e6].map(at), [
      ...['up to 100 4', 'up to 100 4', 'up to 300 6', 'up to 300 6', 'beyond 8', 'beyond 8'],
    ])
  })

  it('changes in the middle of an hour in Britain, by the clock also where that is changed', () => {
    // Clocks are set forward at 01:00: the night ends half an hour of clocks later.
    const spring = ['2025-03-30T00:29Z', '2025-03-30T00:30Z', '2025-03-30T04:29Z', '2025-03-30T04:30Z']
    assert.deepEqual(rowsAt(BRITISH_NIGHT, spring), ['day 0.27', 'night 0.085', 'night 0.085', 'day 0.27'])
    const autumn = ['2025-10-25T23:30Z', '2025-10-26T05:29Z', '2025-10-26T05:30Z']
    assert.deepEqual(rowsAt(BRITISH_NIGHT, autumn), ['night 0.085', 'night 0.085', 'day 0.27'])
  })

  it('knows when demand is charged for', () => {
    const pricing = new Pricing(parseTariff(AUSTRALIAN_DEMAND))
    const charges = (moment: string) => pricing.stretchAt(Date.parse(moment)).demand_charges.map(({ name }) => name)
    assert.deepEqual(charges('2025-12-01T15:00+11:00'), ['high'])
    assert.deepEqual(charges('2025-12-01T21:00+11:00'), [])
    assert.deepEqual(charges('2025-09-30T20:59+10:00'), ['low'])
  })

  it('is one at every moment of a year, whatever the tariff, in stretches without a gap', () => {
    for (const written of REAL_TARIFFS) {
      const pricing = new Pricing(parseTariff(written))
      let moment = Date.parse('2025-01-01T00:00Z')
      while (moment < Date.parse('2026-02-01T00:00Z')) {
        const { from, to, rows, day, period } = pricing.stretchAt(moment)
        assert.ok(from <= moment && to > moment && rows.length > 0, `${written.name} ${new Date(moment).toISOString()}`)
        assert.ok(day.from <= from && day.to >= to && period.from <= day.from && period.to >= day.to)
        assert.ok([23, 24, 25].includes((day.to - day.from) / HOUR_MS))
        moment = to
      }
    }
  })

  it('is that of the evening before, where clocks set back over midnight show it once more', () => {
    const havana = {
      ...{ name: 'Havana', currency: 'CUP', time_zone: 'America/Havana' },
      versions: [
        {
          rows: [
            { name: 'evening', from: '18:00', to: '24:00', price_per_kwh: 2 },
            { name: 'rest', price_per_kwh: 1 },
          ],
        },
      ],
    }
    // At 01:00 it is 00:00 again, on 2 November 2025; in Azores and Beirut it is 24:00 that comes twice.
    assert.deepEqual(rowsAt(havana, ['2025-11-02T03:59Z', '2025-11-02T04:30Z', '2025-11-02T05:30Z']), [
      ...['evening 2', 'rest 1', 'rest 1'],
    ])
    const beirut = { ...havana, currency: 'LBP', time_zone: 'Asia/Beirut' }
    assert.deepEqual(rowsAt(beirut, ['2025-10-25T20:30Z', '2025-10-25T21:30Z', '2025-10-25T22:00Z']), [
      ...['evening 2', 'evening 2', 'rest 1'],
    ])
  })

  it('is unknown before a tariff begins', () => {
    const [first] = GERMAN_DAY_AND_NIGHT.versions
    const tariff = { ...GERMAN_DAY_AND_NIGHT, versions: [{ ...first, valid_from: '2025-03-01' }] }
    assert.deepEqual(rowsAt(tariff, ['2025-03-01T00:00+01:00']), ['NT 0.22'])
    assert.throws(() => rowsAt(tariff, ['2025-02-28T23:59+01:00']), hasCode('INPUT_INVALID', /HT\/NT/))
  })

  it('knows billing periods of every length', () => {
    const pricing = new Pricing(parseTariff({ ...GERMAN_DAY_AND_NIGHT, billing_day: 28 }))
    const days = (moment: string) => pricing.billingPeriodAt(Date.parse(moment)).days
    assert.deepEqual(['2025-02-27T23:00Z', '2025-02-27T22:59Z', '2025-01-01T00:00Z'].map(days), [28, 31, 31])
  })
})
