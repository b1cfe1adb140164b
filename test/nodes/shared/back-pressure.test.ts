import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { BackPressure } from '../../../nodes/shared/back-pressure'

describe('The pressure of databases on fleets', () => {
  const home = {}
  const shed = {}
  let pressure: BackPressure
  let told: number[]

  beforeEach(() => {
    pressure = new BackPressure()
    told = []
    pressure.watch((slowdown) => told.push(slowdown))
  })

  it('begins over 80 %, grows to ten times at 100 %, and ends below 70 %', () => {
    for (const fullness of [0, 0.8, 0.81, 0.9, 1, 0.9, 0.79, 0.71, 0.69, 0.79]) pressure.report(home, fullness)
    assert.deepEqual(told, [1, 2.3, 4.6, 10, 4.6, 2, 1.1, 1])
  })

  it('is that of the fullest', () => {
    pressure.report(home, 0.9)
    pressure.report(shed, 1)
    assert.equal(pressure.slowdown, 10)
    pressure.report(shed, 0.1)
    assert.equal(pressure.slowdown, 4.6)
  })

  it('goes with a database that is closed', () => {
    pressure.report(home, 1)
    pressure.withdraw(home)
    assert.deepEqual(told, [1, 10, 1])
  })

  it('is told to who comes later, and no more to who has gone', () => {
    pressure.report(home, 1)
    const late: number[] = []
    pressure.watch((slowdown) => late.push(slowdown))()
    pressure.report(home, 0)
    assert.deepEqual(late, [10])
  })

  it('is not more than ten times, however full', () => {
    pressure.report(home, 7)
    assert.equal(pressure.slowdown, 10)
  })
})
