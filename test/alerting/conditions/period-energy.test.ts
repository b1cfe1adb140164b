import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { PeriodEnergy } from '../../../src/alerting/conditions/period-energy'
import { createCalendar } from '../../../src/domain/local-calendar'

describe('the energy of a period', () => {
  it('goes on after a restart, but not with periods that no calendar knows', () => {
    const energy = new PeriodEnergy(createCalendar('UTC'), 'month')
    const start_ms = Date.UTC(2026, 2)
    const known = { start_ms, used_kwh: 2, told: 1 }
    energy.restore([{ ...known, start_ms: 8.64e15 }, { ...known, start_ms: 1e300 }, known])
    assert.deepEqual([energy.start_ms, energy.total.used_kwh, energy.told], [start_ms, 2, 1])
    assert.equal(energy.end_ms, Date.UTC(2026, 3))
  })
})
