import { describe, it } from 'mocha'
import { parseTariff } from '../../../src/domain/tariffs/parse-tariff'
import { BRITISH_NIGHT } from '../../domain/tariffs/real-tariffs'
import { measurement, reading, timeline, type Timeline } from '../../support/alert-timeline'
import type { Setting } from '../../support/alert-stage'

function watching(name: string, condition: object, setting: Omit<Setting, 'rules'> = {}): Timeline {
  return timeline({ ...setting, rules: [{ name, condition }] })
}

const used = (energy_kwh: number) => reading('Heater', { energy_kwh })

describe('A limit of energy', () => {
  const daily = (setting: Omit<Setting, 'rules'> = {}) =>
    watching('Daily limit', { kind: 'energy', period: 'day', limit_kwh: 5, steps_pct: [50, 80, 100] }, setting)

  it('of a day is told at each step, and begins anew with the day', () =>
    daily()
      .at('00:10', used(100))
      .at('06:00', used(102.4))
      .expect([])
      .at('07:00', used(102.6))
      .at('09:00', used(103.9))
      .at('10:00', used(104))
      .at('12:00', used(105.2))
      .at('23:00', used(108))
      .expect([
        '07:00 raised Daily limit: Heater',
        '10:00 escalated Daily limit: Heater',
        '12:00 escalated Daily limit: Heater',
      ])
      .at('01:00', used(108))
      .expect(['00:00 resolved Daily limit: Heater'])
      .at('20:00', used(110.6))
      .expect(['20:00 raised Daily limit: Heater'])
      .expectWords([
        "Heater: Daily limit, 50 % | Heater has used 50 % of today's 5 kWh (2.6 kWh).",
        "Heater: Daily limit, 80 % | Heater has used 80 % of today's 5 kWh (4 kWh).",
        "Heater: Daily limit, 100 % | Heater has used 100 % of today's 5 kWh (5.2 kWh).",
        "Heater: Daily limit, 50 % | Heater has used 50 % of today's 5 kWh (2.6 kWh).",
      ]))

  it('is told as that of its day, where that is over by then', () =>
    daily({ options: { quiet_hours: { from: '22:00', to: '07:00', days: [] } } })
      .at('08:00', used(100))
      .at('23:00', used(104.1))
      .until('07:30')
      .expectNotified(['07:00 raised Daily limit: Heater'])
      .expectWords(['Heater: Daily limit, 80 % | Heater has used 80 % of the 5 kWh for 2026-03-02 (4.1 kWh).']))

  it('is told as that of its day after a restart on the next one', () =>
    daily({ options: { group_wait_s: 60, group_by: 'all' } })
      .at('08:00', used(100))
      .at('23:59:30', used(104.1))
      .restart({ away: '1 h' })
      .until('01:30')
      .expectWords(['Heater: Daily limit, 80 % | Heater has used 80 % of the 5 kWh for 2026-03-02 (4.1 kWh).']))

  it('is told once where several steps are taken at once', () =>
    daily()
      .at('01:00', used(100))
      .at('20:00', used(106))
      .expectNotified(['20:00 raised Daily limit: Heater'])
      .expectWords(["Heater: Daily limit, 100 % | Heater has used 100 % of today's 5 kWh (6 kWh)."]))

  it('counts what was used during a restart, and tells no step again', () =>
    daily()
      .at('01:00', used(100))
      .at('08:00', used(102.6))
      .restart({ away: '2 h' })
      .at('10:01', used(103.5))
      .expect(['08:00 raised Daily limit: Heater'])
      .at('11:00', used(104.1))
      .expectNotified(['08:00 raised Daily limit: Heater', '11:00 escalated Daily limit: Heater']))

  it('is over at once where the day has ended during a restart, which is no news', () =>
    daily()
      .at('20:00', used(100))
      .at('22:00', used(103))
      .expectNotified(['22:00 raised Daily limit: Heater'])
      .restart({ away: '3 h' })
      .at('01:30', used(103))
      .expect(['22:00 raised Daily limit: Heater', '01:00 resolved Daily limit: Heater'])
      .expectNotified([]))

  it('is found by the power of a device that has no counter', () =>
    daily()
      .at('10:00')
      .every('5 min', '11:10', reading('Heater', { power_w: 2100 }))
      .expect([])
      .at('11:15', reading('Heater', { power_w: 2100 }))
      .expect(['11:15 raised Daily limit: Heater']))

  it('begins with what the device itself has counted today', () =>
    daily()
      .at('10:00', reading('Heater', { energy_kwh: 900, energy_today_kwh: 2.3 }))
      .at('11:00', reading('Heater', { energy_kwh: 900.3, energy_today_kwh: 2.6 }))
      .expect(['11:00 raised Daily limit: Heater']))

  it('is not told of a counter that begins anew, or of another one', () =>
    daily().at('10:00', used(100)).at('11:00', used(0.1)).at('12:00', used(1)).expect([]))

  it('of a day is that of the time zone, also in the night in which clocks are set back', () =>
    // Auckland is 13 h ahead of UTC until 3:00 of April 5th, which is 14:00 UTC of the 4th, and 12 h from then on.
    daily({ day: '2026-04-04', options: { time_zone: 'Pacific/Auckland' } })
      .at('10:00', used(100))
      .at('10:59', used(102.6))
      .until('11:30')
      .expect(['10:59 raised Daily limit: Heater', '11:00 resolved Daily limit: Heater'])
      .at('13:50', used(103))
      .at('14:10', used(105.3))
      .expect(['14:10 raised Daily limit: Heater'])
      .at('11:30', used(105.4))
      .expect([])
      .until('12:10')
      .expect(['12:00 resolved Daily limit: Heater']))

  it('of a day of 23 hours ends with it', () =>
    // From September 27th, 2:00, on 13 h ahead instead of 12.
    daily({ day: '2026-09-26', options: { time_zone: 'Pacific/Auckland' } })
      .at('12:30', used(100))
      .at('13:50', used(101))
      .at('14:10', used(102.6))
      .until('10:50')
      .expect(['14:10 raised Daily limit: Heater'])
      .until('11:10')
      .expect(['11:00 resolved Daily limit: Heater']))

  it('of an hour begins anew every hour', () =>
    watching('Hourly', { kind: 'energy', period: 'hour', limit_kwh: 1 })
      .at('10:00', used(100))
      .at('10:50', used(101.1))
      .at('11:10', used(101.2))
      .at('11:50', used(102))
      .at('12:00', used(102.05))
      .at('12:50', used(103.1))
      .expect(['10:50 raised Hourly: Heater', '11:00 resolved Hourly: Heater', '12:50 raised Hourly: Heater'])
      .expectWords([
        "Heater: Hourly, 100 % | Heater has used 100 % of this hour's 1 kWh (1.1 kWh).",
        "Heater: Hourly, 100 % | Heater has used 100 % of this hour's 1 kWh (1.05 kWh).",
      ]))

  it('of a month goes on over days and restarts until the month is over', () =>
    watching('Monthly', { kind: 'energy', period: 'month', limit_kwh: 10 }, { day: '2026-02-26' })
      .at('12:00', used(100))
      .at('12:00:30')
      .restart({ away: '1 d' })
      .at('12:30', used(106))
      .after('1 d', used(110.5))
      .expect(['12:30 raised Monthly: Heater'])
      .after('11 h')
      .expect([])
      .after('1 h')
      .expect(['00:00 resolved Monthly: Heater']))
})

describe('A limit of cost', () => {
  const cost = { kind: 'cost', period: 'day', limit: 1, price_per_kwh: 0.4, steps_pct: [50, 100] }

  it('is told in money, at each step', () =>
    watching('Cost', cost)
      .at('01:00', used(100))
      .at('10:00', used(101.2))
      .expect([])
      .at('11:00', used(101.3))
      .restart({ away: '10 min' })
      .at('12:00', used(102.6))
      .until('00:10')
      .expect(['11:00 raised Cost: Heater', '12:00 escalated Cost: Heater', '00:00 resolved Cost: Heater'])
      .expectWords([
        "Heater: Cost, 50 % | Heater has cost 50 % of today's 1.00 € (0.52 €).",
        "Heater: Cost, 100 % | Heater has cost 100 % of today's 1.00 € (1.04 €).",
      ]))

  it('is not told of a house that stays under it, in a currency of its own', () =>
    watching('Cost', { ...cost, currency: 'NZD' })
      .at('01:00', measurement('house', { energy_kwh: 1 }))
      .at('10:00', measurement('house', { energy_kwh: 2.2 }))
      .expect([])
      .at('11:00', measurement('house', { energy_kwh: 2.5 }))
      .expectWords(["house: Cost, 50 % | house has cost 50 % of today's 1.00 NZD (0.60 NZD)."]))

  it('goes by the tariff of the node, in its currency, where the rule has no price', () => {
    const tariff = parseTariff(BRITISH_NIGHT)
    return watching('Cost', { kind: 'cost', period: 'day', limit: 1, steps_pct: [50, 100] }, { options: { tariff } })
      .at('04:30', used(100))
      .at('06:30', used(102))
      .expect([])
      .restart({ away: '10 min' })
      .at('07:30', used(103))
      .expectWords(["Heater: Cost, 50 % | Heater has cost 50 % of today's 1.00 GBP (0.63 GBP)."])
  })
})
