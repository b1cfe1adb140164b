import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { type Calendar, type DaySpan, type Period, WEEKDAYS } from '../../src/domain/calendar'
import { MonitorError } from '../../src/domain/errors'
import { createCalendar } from '../../src/domain/local-calendar'

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Whole and half hours, halves of an hour of summer time, midnights that are left out or come twice, a day that is. */
const ZONES = [
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Beirut',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
]

const moment = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2026, 0, 1) })
const zone = fc.constantFrom(...ZONES)
const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const span: fc.Arbitrary<DaySpan> = fc.record({
  from: timeOfDay,
  to: timeOfDay,
  days: fc.oneof(fc.constant([]), fc.subarray([...WEEKDAYS], { minLength: 1 })),
})

const calendars = new Map(ZONES.map((name) => [name, createCalendar(name)]))
const calendarOf = (name: string) => calendars.get(name) as Calendar

/** Moments within a day of a change of the clocks, which moments at random rarely hit. */
const nearChange = fc
  .tuple(zone, fc.nat(), fc.integer({ min: -1.2 * DAY_MS, max: 1.2 * DAY_MS }))
  .filter(([name]) => changesOf(name).length > 0)
  .map(([name, index, by_ms]) => {
    const changes = changesOf(name)
    return [name, (changes[index % changes.length] as number) + by_ms] as const
  })
const zonedMoment = fc.oneof(fc.tuple(zone, moment), nearChange)

/** `2026-11-21 14:05:09` as `Intl` says it, without anything of ours. */
function shown(name: string, at: number): string {
  return formatOf(name).format(at).replace(', ', ' ')
}

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(name: string): Intl.DateTimeFormat {
  let format = formats.get(name)
  if (format === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    format = new Intl.DateTimeFormat('sv-SE', { ...parts, second: '2-digit', timeZone: name })
    formats.set(name, format)
  }
  return format
}

const changesByZone = new Map<string, number[]>()
/** The days at whose end clocks show something else than a day later. */
function changesOf(name: string): number[] {
  let changes = changesByZone.get(name)
  if (changes === undefined) {
    changes = []
    for (let at = Date.UTC(1995, 0, 1); at < Date.UTC(2026, 0, 1); at += DAY_MS) {
      if (shown(name, at).slice(11) !== shown(name, at + DAY_MS).slice(11)) changes.push(at)
      else if (name === 'Pacific/Apia' && at === Date.UTC(2011, 11, 30)) changes.push(at)
    }
    changesByZone.set(name, changes)
  }
  return changes
}

function isWithinByTheClock(name: string, { from, to, days }: DaySpan, at: number): boolean {
  const [date, time] = shown(name, at).split(' ') as [string, string]
  const clock = time.slice(0, 5)
  const beginsOn = (days_before: number) => {
    const weekday = new Date(Date.parse(`${date}T00:00:00Z`) - days_before * DAY_MS).toUTCString().slice(0, 3)
    return days.length === 0 || days.includes(weekday.toLowerCase())
  }
  if (from < to) return beginsOn(0) && clock >= from && clock < to
  return (beginsOn(0) && clock >= from) || (beginsOn(1) && clock < to)
}

const hours = (calendar: Calendar, kind: Period, at: number) => {
  const { start_ms, end_ms } = calendar.period(kind, at)
  return (end_ms - start_ms) / HOUR_MS
}
const utc = (text: string) => Date.parse(`${text}Z`)

describe('the local calendar', () => {
  it('shows what clocks in the zone show', () => {
    fc.assert(
      fc.property(zonedMoment, ([name, at]) => {
        assert.equal(calendarOf(name).format(at), shown(name, at).slice(0, 16))
      }),
    )
  })

  for (const kind of ['hour', 'day', 'month'] as const) {
    it(`puts every moment into one ${kind}, without a gap or an overlap`, () => {
      fc.assert(
        fc.property(zonedMoment, ([name, at]) => {
          const { start_ms, end_ms } = calendarOf(name).period(kind, at)
          assert.ok(start_ms <= at && at < end_ms, `${at} in ${start_ms} to ${end_ms}`)
          // Asked anew, so that nothing kept is told.
          const fresh = createCalendar(name)
          assert.deepEqual({ ...fresh.period(kind, start_ms) }, { start_ms, end_ms })
          assert.deepEqual({ ...fresh.period(kind, end_ms - 1) }, { start_ms, end_ms })
          assert.equal(fresh.period(kind, start_ms - 1).end_ms, start_ms)
          assert.equal(fresh.period(kind, end_ms).start_ms, end_ms)
        }),
      )
    })
  }

  it('begins days and months where clocks show another date for the first time', () => {
    fc.assert(
      fc.property(zonedMoment, ([name, at]) => {
        for (const [kind, length] of [
          ['day', 10],
          ['month', 7],
        ] as const) {
          const { start_ms } = calendarOf(name).period(kind, at)
          assert.ok(shown(name, start_ms).slice(0, length) > shown(name, start_ms - 1).slice(0, length))
        }
      }),
    )
  })

  it('has hours of sixty minutes, or less where the clocks are changed', () => {
    fc.assert(
      fc.property(zonedMoment, ([name, at]) => {
        const { start_ms, end_ms } = calendarOf(name).period('hour', at)
        assert.ok(end_ms - start_ms <= HOUR_MS)
        assert.equal(shown(name, start_ms).slice(0, 13), shown(name, end_ms - 1).slice(0, 13))
        if (end_ms - start_ms === HOUR_MS) assert.equal(shown(name, start_ms).slice(14), '00:00')
      }),
    )
  })

  it('has days of 23, 25 and 24 hours', () => {
    const berlin = calendarOf('Europe/Berlin')
    assert.equal(hours(berlin, 'day', utc('2026-03-29T12:00')), 23)
    assert.equal(hours(berlin, 'day', utc('2026-10-25T12:00')), 25)
    assert.equal(hours(berlin, 'day', utc('2026-07-25T12:00')), 24)
    assert.equal(berlin.period('day', utc('2026-10-25T12:00')).start_ms, utc('2026-10-24T22:00'))
    assert.equal(hours(berlin, 'month', utc('2026-03-29T12:00')), 31 * 24 - 1)
  })

  it('has half hours where summer time is half an hour', () => {
    const island = calendarOf('Australia/Lord_Howe')
    assert.equal(hours(island, 'day', utc('2026-04-04T12:00')), 24)
    assert.equal(hours(island, 'day', utc('2026-04-05T03:00')), 24.5)
    assert.equal(hours(island, 'day', utc('2026-10-04T03:00')), 23.5)
    assert.equal(hours(island, 'hour', utc('2026-10-03T15:45')), 0.5)
    assert.equal(island.format(utc('2026-10-03T15:45')), '2026-10-04 02:45')
  })

  it('begins the hour at the half where the zone is half an hour off', () => {
    const india = calendarOf('Asia/Kolkata')
    assert.equal(india.period('hour', utc('2026-10-04T03:45')).start_ms, utc('2026-10-04T03:30'))
    assert.equal(india.period('day', utc('2026-10-04T03:45')).start_ms, utc('2026-10-03T18:30'))
  })

  it('begins the day at one where there is no midnight', () => {
    const { start_ms, end_ms } = calendarOf('America/Sao_Paulo').period('day', utc('2018-11-04T12:00'))
    assert.equal(shown('America/Sao_Paulo', start_ms), '2018-11-04 01:00:00')
    assert.equal(end_ms - start_ms, 23 * HOUR_MS)
    const cairo = calendarOf('Africa/Cairo').period('day', utc('2024-04-26T12:00'))
    assert.equal(shown('Africa/Cairo', cairo.start_ms), '2024-04-26 01:00:00')
    const beirut = calendarOf('Asia/Beirut').period('day', utc('2024-03-31T12:00'))
    assert.equal(shown('Asia/Beirut', beirut.start_ms), '2024-03-31 01:00:00')
  })

  it('has no 30th of December where that was left out', () => {
    const samoa = calendarOf('Pacific/Apia')
    const before = samoa.period('day', utc('2011-12-30T09:59'))
    const after = samoa.period('day', utc('2011-12-30T10:00'))
    assert.equal(samoa.format(before.end_ms - 1), '2011-12-29 23:59')
    assert.equal(samoa.format(after.start_ms), '2011-12-31 00:00')
    assert.equal(before.end_ms, after.start_ms)
    assert.equal(hours(samoa, 'month', utc('2011-12-30T10:00')), 30 * 24)
  })

  it('counts a minute that clocks show before midnight comes again to the day it shows', () => {
    // Clocks in Newfoundland were set back from 00:01 to 23:01.
    const { start_ms, end_ms } = calendarOf('America/St_Johns').period('day', utc('2010-11-07T03:00'))
    assert.equal(shown('America/St_Johns', start_ms), '2010-11-07 00:00:00')
    assert.equal(end_ms - start_ms, 25 * HOUR_MS)
  })

  it('takes a moment to lie in a span of the day by what clocks show', () => {
    fc.assert(
      fc.property(zonedMoment, span, ([name, at], given) => {
        assert.equal(calendarOf(name).within(given, at), isWithinByTheClock(name, given, at))
      }),
      { numRuns: 500 },
    )
  })

  it('tells the first moment outside of a span', () => {
    fc.assert(
      fc.property(zonedMoment, span, ([name, at], given) => {
        const end_ms = calendarOf(name).endOf(given, at)
        if (!isWithinByTheClock(name, given, at)) return assert.equal(end_ms, undefined)
        assert.ok(end_ms !== undefined && end_ms > at)
        const neverEnds = given.from === given.to && given.days.length % WEEKDAYS.length === 0
        assert.equal(isWithinByTheClock(name, given, end_ms), neverEnds)
        assert.ok(end_ms - at <= 8 * DAY_MS)
        const first_ms = Math.ceil(at / MINUTE_MS) * MINUTE_MS
        const step_ms = Math.max(MINUTE_MS, Math.floor((end_ms - first_ms) / 40 / MINUTE_MS) * MINUTE_MS)
        for (let inside = first_ms; inside < end_ms; inside += step_ms) {
          assert.ok(isWithinByTheClock(name, given, inside), `${shown(name, inside)} is inside`)
        }
        assert.ok(isWithinByTheClock(name, given, end_ms - SECOND_MS) || end_ms - SECOND_MS < at)
      }),
      { numRuns: 300 },
    )
  })

  it('answers the same whatever it was asked before', () => {
    const questions = fc.array(fc.tuple(nearChange, span), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(zone, questions, (name, given) => {
        const calendar = createCalendar(name)
        for (const [[, at], asked] of given) {
          const fresh = createCalendar(name)
          assert.deepEqual({ ...calendar.period('hour', at) }, { ...fresh.period('hour', at) })
          assert.deepEqual({ ...calendar.period('day', at) }, { ...fresh.period('day', at) })
          assert.equal(calendar.within(asked, at), fresh.within(asked, at))
          assert.equal(calendar.endOf(asked, at), fresh.endOf(asked, at))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('lets a span over midnight belong to the day on which it begins', () => {
    const berlin = calendarOf('Europe/Berlin')
    const friday_night = { from: '23:00', to: '06:00', days: ['fri'] }
    // 2026-11-20 is a Friday; Berlin is an hour ahead of UTC.
    assert.equal(berlin.within(friday_night, utc('2026-11-20T21:59')), false)
    assert.equal(berlin.within(friday_night, utc('2026-11-20T22:00')), true)
    assert.equal(berlin.within(friday_night, utc('2026-11-21T04:59')), true)
    assert.equal(berlin.endOf(friday_night, utc('2026-11-20T22:00')), utc('2026-11-21T05:00'))
    assert.equal(berlin.within(friday_night, utc('2026-11-21T05:00')), false)
    assert.equal(berlin.within(friday_night, utc('2026-11-21T22:00')), false)
  })

  it('ends a span after the hour that is left out, and lets one that comes twice be inside twice', () => {
    const berlin = calendarOf('Europe/Berlin')
    assert.equal(
      berlin.endOf({ from: '23:00', to: '02:30', days: [] }, utc('2026-03-29T00:30')),
      utc('2026-03-29T01:00'),
    )
    assert.equal(
      berlin.endOf({ from: '02:15', to: '03:15', days: [] }, utc('2026-03-29T01:00')),
      utc('2026-03-29T01:15'),
    )
    const twice = { from: '02:15', to: '02:45', days: [] }
    assert.equal(berlin.endOf(twice, utc('2026-10-25T00:15')), utc('2026-10-25T00:45'))
    assert.equal(berlin.endOf(twice, utc('2026-10-25T01:15')), utc('2026-10-25T01:45'))
  })

  it('says of a span that never ends to ask again in a week', () => {
    const at = utc('2026-10-24T12:00')
    const end_ms = calendarOf('Europe/Berlin').endOf({ from: '08:00', to: '08:00', days: [] }, at) as number
    assert.ok(end_ms >= at + 7 * DAY_MS && end_ms <= at + 8 * DAY_MS)
  })

  it('goes by the clock of the machine where no zone is named', () => {
    const machine = new Intl.DateTimeFormat().resolvedOptions().timeZone
    assert.equal(createCalendar('').time_zone, machine)
    assert.equal(createCalendar('Asia/Kolkata').time_zone, 'Asia/Kolkata')
  })

  it('refuses a zone that there is not, naming the setting', () => {
    for (const name of ['Europe/Atlantis', ' ', 'constructor']) {
      assert.throws(
        () => createCalendar(name),
        (thrown) =>
          thrown instanceof MonitorError &&
          thrown.code === 'CONFIG_INVALID' &&
          thrown.details.field === 'time_zone' &&
          thrown.details.value === name,
      )
    }
  })
})
