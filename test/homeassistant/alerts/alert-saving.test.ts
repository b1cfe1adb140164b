import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { StateChange } from '../../../src/alerting/incidents/incident'
import { AlertEntities } from '../../../src/homeassistant/alerts/alert-entities'
import { Inventory } from '../../../src/homeassistant/discovery/inventory'
import { Topics } from '../../../src/homeassistant/topics'
import { FakeClock } from '../../support/fake-clock'
import { changeOf } from './changes'

/** How soon what was told would be on disk. */
class WatchedInventory extends Inventory {
  readonly writes: string[] = []

  override touch(): void {
    this.writes.push('soon')
  }

  override changed(): void {
    this.writes.push('at once')
  }
}

describe('Alerts that outlive a restart', () => {
  let clock: FakeClock
  let inventory: WatchedInventory
  let entities: AlertEntities

  beforeEach(() => {
    clock = new FakeClock()
    inventory = new WatchedInventory({ file: undefined, clock, report: (error) => assert.fail(error) })
    entities = newEntities()
  })

  function newEntities(): AlertEntities {
    return new AlertEntities({
      broker: { keep: () => undefined, deliver: () => undefined },
      topics: new Topics('kasa', 'homeassistant'),
      options: { alerts: 'yes', silence_min: 60, settle_ms: 2000 },
      ...{ clock, inventory, homes: { homeOf: (id) => id, all: () => ['freezer'] } },
    })
  }

  function written(...changes: StateChange[]): string | undefined {
    for (const change of changes) entities.changed(change)
    clock.advance(1000)
    return inventory.writes.splice(0).join()
  }

  it('are saved at once where a rule or an incident has come or gone', () => {
    assert.equal(written(changeOf('raised')), 'at once')
    assert.equal(written(changeOf('resolved')), 'at once')
    assert.equal(written(changeOf('raised', { raised_at: 1_767_600_100_000 })), 'at once')
    const again = { raised_at: 1_767_600_200_000 }
    assert.equal(written(changeOf('raised', { ...again, id: 'another while nobody looked' })), 'at once')
    assert.equal(written(changeOf('raised', { rule_id: 'cold', rule_name: 'Too cold' })), 'at once')
    assert.equal(written(changeOf('acknowledged', { rule_id: 'cold', rule_name: 'Far too cold' })), 'at once')
    assert.equal(written(changeOf('resolved', { rule_id: 'cold', ended_by: 'rule_removed' })), 'at once')
  })

  it('are saved within a minute where a known one flaps, so that no disk is worn', () => {
    written(changeOf('raised'))
    for (const change of ['recovering', 'relapsed', 'flapping', 'escalated', 'acknowledged', 'steady'] as const) {
      assert.equal(written(changeOf(change)), 'soon', change)
    }
    assert.equal(written(changeOf('relapsed'), changeOf('resolved')), 'at once')
  })

  it('are not saved again because they were read', () => {
    written(changeOf('raised'))
    entities.stop()
    entities = newEntities()
    entities.start()
    assert.equal(written(changeOf('relapsed')), 'soon')
  })
})
