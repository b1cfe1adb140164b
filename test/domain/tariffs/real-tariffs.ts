// The shapes of tariffs that people have, as a person writes them; amounts are near those of 2025.

const times = (from: string, to: string) => ({ from, to })

/** Germany: a day and a night meter, and a basic price; VAT is named. */
export const GERMAN_DAY_AND_NIGHT = {
  name: 'HT/NT',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  versions: [
    {
      rows: [
        { name: 'HT', days: 'mon,tue,wed,thu,fri', ...times('06:00', '22:00'), price_per_kwh: 0.29 },
        { name: 'NT', price_per_kwh: 0.22 },
      ],
      service_charge: 11.9,
      taxes: [{ name: 'Umsatzsteuer', percent: 19 }],
    },
    {
      valid_from: '2026-01-01',
      rows: [
        { name: 'HT', days: 'mon,tue,wed,thu,fri', ...times('06:00', '22:00'), price_per_kwh: 0.31 },
        { name: 'NT', price_per_kwh: 0.24 },
      ],
      service_charge: 12.5,
      taxes: [{ name: 'Umsatzsteuer', percent: 19 }],
    },
  ],
}

const weekend = 'sat,sun'
const weekdays = 'mon,tue,wed,thu,fri'
const summer = { season_from: '06', season_to: '09' }
const winter = { season_from: '10', season_to: '05' }

/** California, in the manner of TOU-D-4-9PM: seasons, holidays that count as Sundays, a credit for a daily allowance. */
export const CALIFORNIAN_TIME_OF_USE = {
  name: 'TOU-D-4-9PM',
  currency: 'USD',
  time_zone: 'America/Los_Angeles',
  billing_day: 14,
  special_days: [{ count_as: 'sun', dates: '01-01, 07-04, 11-11, 12-25, 2025-05-26, 2025-09-01, 2025-11-27' }],
  versions: [
    {
      rows: withCredit([
        { name: 'on-peak', ...summer, days: weekdays, ...times('16:00', '21:00'), price_per_kwh: 0.59 },
        { name: 'mid-peak', ...summer, days: weekend, ...times('16:00', '21:00'), price_per_kwh: 0.47 },
        { name: 'off-peak', ...summer, price_per_kwh: 0.35 },
        { name: 'mid-peak', ...winter, ...times('16:00', '21:00'), price_per_kwh: 0.52 },
        { name: 'super-off-peak', ...winter, ...times('08:00', '16:00'), price_per_kwh: 0.32 },
        { name: 'off-peak', ...winter, price_per_kwh: 0.36 },
      ]),
      service_charge: 0.03,
      service_per: 'day',
      minimum_charge: 11.1,
      taxes: [{ name: 'city', percent: 5, on: 'energy, minimum' }],
    },
  ],
}

/** Up to an allowance of 10.2 kWh a day everything is 10 cents cheaper. */
function withCredit(rows: readonly ({ readonly price_per_kwh: number } & Readonly<Record<string, unknown>>)[]) {
  return rows.flatMap((row) => [
    { ...row, price_per_kwh: row.price_per_kwh - 0.1, up_to_kwh: 10.2, up_to_per: 'day' },
    row,
  ])
}

/** France, Tempo: six prices by the colour of the day, which lasts from 6 to 6 and is told the day before. */
export const FRENCH_TEMPO = {
  name: 'Tempo',
  currency: 'EUR',
  time_zone: 'Europe/Paris',
  special_days: [
    { count_as: 'red', dates: '2025-01-02, 2025-01-03' },
    { count_as: 'white', dates: ['2025-01-06', '2025-01-07'] },
  ],
  versions: [
    {
      rows: [
        { name: 'rouge HP', days: 'red', ...times('06:00', '22:00'), price_per_kwh: 0.7562 },
        { name: 'rouge HC', days: 'red', ...times('22:00', '06:00'), price_per_kwh: 0.1568 },
        { name: 'blanc HP', days: 'white', ...times('06:00', '22:00'), price_per_kwh: 0.1894 },
        { name: 'blanc HC', days: 'white', ...times('22:00', '06:00'), price_per_kwh: 0.1486 },
        { name: 'bleu HP', ...times('06:00', '22:00'), price_per_kwh: 0.1609 },
        { name: 'bleu HC', price_per_kwh: 0.1296 },
      ],
      service_charge: 15.5,
    },
  ],
}

/** Spain, 2.0TD: three periods, what is paid for contracted power as a charge per day, a tax on a tax. */
export const SPANISH_THREE_PERIODS = {
  name: '2.0TD',
  currency: 'EUR',
  time_zone: 'Europe/Madrid',
  special_days: [{ count_as: 'sun', dates: '01-01, 01-06, 05-01, 08-15, 10-12, 11-01, 12-06, 12-08, 12-25' }],
  versions: [
    {
      rows: [
        { name: 'valle', days: weekend, price_per_kwh: 0.09 },
        { name: 'valle', ...times('00:00', '08:00'), price_per_kwh: 0.09 },
        { name: 'punta', ...times('10:00', '14:00'), price_per_kwh: 0.2 },
        { name: 'punta', ...times('18:00', '22:00'), price_per_kwh: 0.2 },
        { name: 'llano', price_per_kwh: 0.13 },
      ],
      service_charge: 4.6 * 0.104,
      service_per: 'day',
      taxes: [
        { name: 'impuesto eléctrico', percent: 5.11269632 },
        { name: 'IVA', percent: 21, on: 'energy, demand, service, minimum, taxes' },
      ],
    },
  ],
}

/** Australia: a demand window of half hours, two seasons of it, paid per kW and day. */
export const AUSTRALIAN_DEMAND = {
  name: 'residential demand',
  currency: 'AUD',
  time_zone: 'Australia/Sydney',
  versions: [
    {
      rows: [{ name: 'anytime', price_per_kwh: 0.26 }],
      demand_charges: [
        {
          name: 'high',
          season_from: '11',
          season_to: '03',
          ...times('15:00', '21:00'),
          price_per_kw: 0.35,
          per: 'day',
        },
        {
          name: 'high',
          season_from: '06',
          season_to: '08',
          ...times('15:00', '21:00'),
          price_per_kw: 0.35,
          per: 'day',
        },
        { name: 'low', season_from: '04', season_to: '05', ...times('15:00', '21:00'), price_per_kw: 0.12, per: 'day' },
        { name: 'low', season_from: '09', season_to: '10', ...times('15:00', '21:00'), price_per_kw: 0.12, per: 'day' },
      ],
      service_charge: 0.95,
      service_per: 'day',
      taxes: [{ name: 'GST', percent: 10 }],
    },
  ],
}

/** Blocks, as many countries have them. */
export const BLOCKS = {
  name: 'blocks',
  currency: 'INR',
  time_zone: 'Asia/Kolkata',
  versions: [
    {
      rows: [
        { name: 'up to 100', up_to_kwh: 100, price_per_kwh: 4 },
        { name: 'up to 300', up_to_kwh: 300, price_per_kwh: 6 },
        { name: 'beyond', price_per_kwh: 8 },
      ],
    },
  ],
}

/** Britain, with cheap hours that begin and end in the middle of an hour. */
export const BRITISH_NIGHT = {
  name: 'EV night',
  currency: 'GBP',
  time_zone: 'Europe/London',
  versions: [
    {
      rows: [
        { name: 'night', ...times('00:30', '05:30'), price_per_kwh: 0.085 },
        { name: 'day', price_per_kwh: 0.27 },
      ],
      service_charge: 0.5,
      service_per: 'day',
    },
  ],
}

export const REAL_TARIFFS = [
  ...[GERMAN_DAY_AND_NIGHT, CALIFORNIAN_TIME_OF_USE, FRENCH_TEMPO, SPANISH_THREE_PERIODS, AUSTRALIAN_DEMAND],
  ...[BLOCKS, BRITISH_NIGHT],
]
