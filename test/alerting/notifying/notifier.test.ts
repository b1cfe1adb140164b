import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MOST_INCIDENTS } from '../../../src/alerting/notifying/notification'
import { Household, MINUTE_MS, NIGHT } from './household'

describe('What people are told', () => {
  it('tells of an incident once, and once more when it is over', () => {
    const home = new Household()
    const offline = home.raise('kitchen plug')
    home.clock.advance(10 * MINUTE_MS)
    home.resolve(offline)
    home.clock.advance(10 * MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: kitchen plug', '20:10 resolved: kitchen plug'])
  })

  it('is silent by night, but for what is critical, and sums the night up in the morning', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.rule({ id: 'washing', severity: 'info', condition: FINISHED })
    home.rule({ id: 'warm', severity: 'critical', condition: { kind: 'above', key: 'temperature_c', value: -12 } })
    home.until('22:00')
    home.raise('washing machine', 'washing')
    home.until('23:10')
    const warm = home.raise('freezer', 'warm')
    home.until('23:40')
    home.resolve(warm)
    home.until('03:00')
    const plugs = Array.from({ length: 40 }, (_, index) => home.raise(`plug ${index}`))
    home.until('03:04')
    for (const plug of plugs.slice(1)) home.resolve(plug)
    home.until('08:00')
    const [plug, ...others] = plugs.map(({ alias }) => alias)
    const over = others.slice(0, MOST_INCIDENTS - 1).map((alias) => `${alias} (over)`)
    assert.deepEqual(home.lines, [
      '22:00 raised: washing machine',
      '23:10 raised: freezer',
      '23:40 resolved: freezer',
      `07:00 summary: ${[plug, ...over].join(', ')} and 20 more`,
    ])
  })

  it('says nothing of what was over before its group was told', () => {
    const home = new Household()
    const router = home.raise('router')
    home.clock.advance(20_000)
    home.resolve(router)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, [])
    assert.equal(home.notifier.waiting, 0)
  })

  it('tells what is critical although it was over at once', () => {
    const home = new Household()
    home.rule({ id: 'leak', severity: 'critical' })
    home.resolve(home.raise('cellar', 'leak'))
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 summary: cellar (over)'])
  })

  it('tells what is over by its nature, such as the press of a button, and not that it is over', () => {
    const home = new Household()
    home.rule({ id: 'bell', condition: { kind: 'event', event: 'pressed', until: [], hold_s: 0 } })
    home.resolve(home.raise('door bell', 'bell'))
    home.clock.advance(MINUTE_MS)
    home.rule({ id: 'washing', condition: FINISHED })
    const washing = home.raise('washing machine', 'washing')
    home.clock.advance(MINUTE_MS)
    home.resolve(washing)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: door bell', '20:01 raised: washing machine'])
    assert.match(home.told[0]?.text ?? '', /was pressed/)
  })

  it('tells the end where the rule wants it, and only there', () => {
    const home = new Household()
    home.rule({ id: 'always', notify_resolved: 'always', condition: FINISHED })
    home.rule({ id: 'never', notify_resolved: 'never' })
    const incidents = [home.raise('dryer', 'always'), home.raise('lamp', 'never')]
    home.clock.advance(MINUTE_MS)
    for (const incident of incidents) home.resolve(incident)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: dryer, lamp', '20:01 resolved: dryer'])
  })

  it('does not tell an end that a person has brought about, nor one that another incident goes on from', () => {
    for (const reason of ['rule_removed', 'rule_disabled', 'joined', 'parted'] as const) {
      const home = new Household()
      const incident = home.raise('kitchen plug')
      home.clock.advance(MINUTE_MS)
      home.resolve(incident, reason)
      home.clock.advance(MINUTE_MS)
      assert.deepEqual(home.lines, ['20:00 raised: kitchen plug'], reason)
    }
  })

  it('does not announce again what goes on from an incident of many, and tells its end', () => {
    const home = new Household()
    const many = home.raise('many', 'offline', { device_id: '*' })
    home.clock.advance(MINUTE_MS)
    home.resolve(many, 'parted')
    const left = home.raise('kitchen plug', 'offline', { parted_from: many.id })
    home.clock.advance(MINUTE_MS)
    home.resolve(left)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: many', '20:02 resolved: kitchen plug'])
  })

  it('announces what goes on from an incident of many that nobody has heard of', () => {
    const home = new Household()
    const many = home.raise('many', 'offline', { device_id: '*' })
    home.resolve(many, 'parted')
    home.raise('kitchen plug', 'offline', { parted_from: many.id })
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: kitchen plug'])
  })

  it('tells every step that is reached, and that it comes and goes once', () => {
    const home = new Household()
    const budget = home.raise('home', 'budget')
    home.clock.advance(MINUTE_MS)
    home.escalate(budget, 2)
    home.clock.advance(MINUTE_MS)
    home.flap(budget)
    home.clock.advance(MINUTE_MS)
    home.flap(budget)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: home', '20:01 escalated: home', '20:02 flapping: home'])
  })

  it('tells two steps at once as one', () => {
    const home = new Household()
    const budget = home.raise('home', 'budget')
    home.escalate(budget, 3)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: home'])
    assert.equal(home.told[0]?.incidents[0]?.level, 3)
  })

  it('tells nobody what they have acknowledged, but a higher step', () => {
    const home = new Household()
    const budget = home.raise('home', 'budget')
    home.acknowledge(budget)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, [])
    home.escalate(budget, 2)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:01 raised: home'])
  })

  it('tells what was acknowledged by mistake', () => {
    const home = new Household()
    const plug = home.raise('kitchen plug')
    home.acknowledge(plug)
    home.clock.advance(MINUTE_MS)
    home.unacknowledge(plug)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:01 raised: kitchen plug'])
  })

  it('says in one line what it is about, in a message that a phone shows as it is', () => {
    const home = new Household()
    home.raise('kitchen plug')
    home.clock.advance(MINUTE_MS)
    const [notification] = home.told
    assert.match(notification?.title ?? '', /^[^\n]+$/)
    assert.match(notification?.text ?? '', /\S/)
    assert.equal(notification?.severity, 'warning')
  })

  it('sends a test at once, marked as one, by night and over the limit as well', () => {
    const home = new Household({ quiet_hours: { ...NIGHT, from: '00:00', to: '00:00' }, maximum_per_hour: 1 })
    home.rule({ id: 'warm', name: 'Freezer is warm', severity: 'critical' })
    home.notifier.silence({}, { critical: true })
    home.notifier.test()
    home.notifier.test(home.ruleOf('warm'))
    assert.deepEqual(
      home.told.map(({ kind, severity }) => [kind, severity]),
      [
        ['test', 'info'],
        ['test', 'critical'],
      ],
    )
    for (const { title } of home.told) assert.match(title, /^Test/)
  })

  it('goes on when a notification cannot be handed over, and reports it', () => {
    const home = new Household()
    home.onNotify = () => {
      throw new Error('no wire')
    }
    home.raise('kitchen plug')
    home.clock.advance(MINUTE_MS)
    home.raise('lamp')
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: kitchen plug', '20:01 raised: lamp'])
    assert.deepEqual(
      home.errors.map(({ code }) => code),
      ['INTERNAL', 'INTERNAL'],
    )
  })

  it('takes commands from within a notification that leaves', () => {
    const home = new Household({ group_by: 'rule' })
    const lamp = home.raise('lamp', 'one')
    const plug = home.raise('plug', 'other')
    home.onNotify = () => {
      home.onNotify = () => undefined
      home.acknowledge(lamp)
      home.resolve(plug)
    }
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: lamp'])
  })

  it('leaves no timer behind when it is stopped, twice as well', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.rule({ id: 'warm', remind_every_s: 600 })
    home.raise('freezer', 'warm')
    home.clock.advance(MINUTE_MS)
    home.raise('kitchen plug')
    home.notifier.silence({ rule_id: 'other' })
    home.notifier.stop()
    home.notifier.stop()
    assert.equal(home.clock.pending, 0)
    home.raise('lamp')
    home.clock.advance(MINUTE_MS)
    assert.equal(home.clock.pending, 0)
    assert.deepEqual(home.lines, ['20:00 raised: freezer'])
  })

  it('sleeps while nothing waits', () => {
    const home = new Household({ quiet_hours: NIGHT, maximum_per_hour: 5 })
    home.raise('kitchen plug')
    home.clock.advance(MINUTE_MS)
    assert.equal(home.clock.pending, 0)
  })
})

const FINISHED = {
  kind: 'finished',
  above_w: 1000,
  above_s: 60,
  below_w: 5,
  below_s: 90,
  minimum_kwh: 0,
} as const
