import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type RetentionEvent, RetentionEvents } from '../../../nodes/kasa-retention/retention-events'
import type { RetentionStatus } from '../../../src/retention/retention-report'
import { retentionReport, tierReport } from '../../support/retention-reports'

const NOW = Date.UTC(2026, 10, 20)

describe('The events of kasa-retention', () => {
  function follow(): { events: RetentionEvents; told: RetentionEvent[] } {
    const told: RetentionEvent[] = []
    return { told, events: new RetentionEvents({ now: () => NOW }, (event) => told.push(event)) }
  }
  const names = (told: readonly RetentionEvent[]) => told.map(({ event }) => event)

  it('tell once when it lags, why, and once when it has caught up', () => {
    const { events, told } = follow()
    const lagging: RetentionStatus = { state: 'lagging', code: 'DATABASE_UNAVAILABLE', message: 'no answer' }
    for (const status of [lagging, { state: 'running' } as const, lagging, { state: 'retrying' } as const, lagging]) {
      events.follow(status)
    }
    assert.deepEqual(told, [{ event: 'lagging', timestamp: NOW, code: 'DATABASE_UNAVAILABLE', message: 'no answer' }])
    events.follow({ state: 'running', progress: 0.5 })
    events.follow({ state: 'waiting' })
    events.follow({ state: 'waiting' })
    assert.deepEqual(names(told), ['lagging', 'caught_up'])
  })

  it('tell that it has failed, also while it lags, and that both are over', () => {
    const { events, told } = follow()
    for (const state of ['lagging', 'failed', 'waiting', 'failed'] as const) events.follow({ state })
    assert.deepEqual(names(told), ['lagging', 'failed', 'caught_up', 'recovered', 'failed'])
  })

  it('tell nothing of what passes by itself', () => {
    const { events, told } = follow()
    for (const state of ['waiting', 'running', 'retrying', 'running', 'waiting', 'stopped'] as const) {
      events.follow({ state })
    }
    assert.deepEqual(told, [])
  })

  it('tell when the size limit shortens the life of readings, by whole days', () => {
    const { events, told } = follow()
    for (const raw_shortened_to_days of [5.9, 5.2, 4.9]) events.read(retentionReport({ raw_shortened_to_days }))
    events.read(retentionReport())
    events.read(retentionReport({ raw_shortened_to_days: 4.9 }))
    assert.deepEqual(
      told.map(({ event, raw_keep_days }) => [event, raw_keep_days]),
      [
        ['shortened', 5],
        ['shortened', 4],
        ['shortened', 4],
      ],
    )
  })

  it('tell of readings that came too late to be rolled up', () => {
    const { events, told } = follow()
    const tiers = [tierReport('raw'), tierReport('hourly', { kept: 2 }), tierReport('daily', { kept: 1 })]
    events.read(retentionReport({ tiers }))
    assert.deepEqual(told, [{ event: 'too_late', timestamp: NOW, rows: 3 }])
  })

  it('tell nothing of a dry run, in which nothing happens', () => {
    const { events, told } = follow()
    const tiers = [tierReport('hourly', { kept: 2 })]
    events.read(retentionReport({ dry: true, raw_shortened_to_days: 3, tiers }))
    assert.deepEqual(told, [])
  })
})
