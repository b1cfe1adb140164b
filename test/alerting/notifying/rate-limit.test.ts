import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { HOUR_MS, Household, MINUTE_MS } from './household'

describe('So many notifications in an hour', () => {
  it('gathers what is over the limit, and tells it when there is room', () => {
    const home = new Household({ maximum_per_hour: 2, group_wait_s: 0 })
    for (const alias of ['one', 'two', 'three', 'four']) {
      home.raise(alias)
      home.clock.advance(10 * MINUTE_MS)
    }
    home.clock.advance(2 * HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: one', '20:10 raised: two', '21:00 raised: three, four'])
  })

  it('tells what came and went over the limit as that', () => {
    const home = new Household({ maximum_per_hour: 1, group_wait_s: 0 })
    home.raise('one')
    home.clock.advance(10 * MINUTE_MS)
    const two = home.raise('two')
    home.clock.advance(10 * MINUTE_MS)
    home.resolve(two)
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: one', '21:00 summary: two (over)'])
  })

  it('lets what is critical pass, and does not count it', () => {
    const home = new Household({ maximum_per_hour: 1, group_by: 'rule', group_wait_s: 0 })
    home.rule({ id: 'warm', severity: 'critical' })
    home.raise('freezer', 'warm')
    home.raise('one')
    home.clock.advance(MINUTE_MS)
    home.raise('two')
    home.raise('fridge', 'warm')
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, [
      '20:00 raised: freezer',
      '20:00 raised: one',
      '20:01 raised: fridge',
      '21:00 raised: two',
    ])
  })

  it('measures the hour by a clock that nobody sets', () => {
    const home = new Household({ maximum_per_hour: 1, group_wait_s: 0 })
    home.raise('one')
    home.clock.advance(MINUTE_MS)
    home.clock.jump(5 * HOUR_MS)
    home.raise('two')
    home.clock.advance(MINUTE_MS)
    home.clock.jump(-10 * HOUR_MS)
    home.clock.advance(57 * MINUTE_MS)
    assert.equal(home.told.length, 1)
    home.clock.advance(MINUTE_MS)
    assert.equal(home.told.length, 2)
  })

  it('remembers over a restart what has left', () => {
    const home = new Household({ maximum_per_hour: 1, group_wait_s: 0 })
    home.raise('one')
    home.clock.advance(MINUTE_MS)
    home.raise('two')
    home.restart(MINUTE_MS)
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: one', '21:00 raised: two'])
  })

  it('knows no limit where none is set', () => {
    const home = new Household({ maximum_per_hour: 0, group_by: 'nothing' })
    for (let index = 0; index < 200; index++) home.raise(`plug ${index}`)
    home.clock.advance(0)
    assert.equal(home.told.length, 200)
  })
})
