import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { alertOptions } from '../../../nodes/kasa-alert/alert-settings'
import { schema } from '../../../nodes/kasa-alert/kasa-alert.schema'
import { readSettings } from '../../../nodes/shared/schema'

const optionsOf = (given: object) => alertOptions(readSettings(schema, { ...given }))

describe('The settings of kasa-alert', () => {
  it('have no quiet hours unless somebody wants them', () => {
    assert.equal(optionsOf({}).quiet_hours, undefined)
    const quiet = optionsOf({ quiet_hours: 'on', quiet_days: 'Fri, sat' }).quiet_hours
    assert.deepEqual(quiet, { from: '22:00', to: '07:00', days: ['fri', 'sat'] })
  })

  it('name the time or the day that is none', () => {
    assert.throws(() => optionsOf({ quiet_hours: 'on', quiet_from: '24:00' }), /quiet_from: "24:00"/)
    assert.throws(() => optionsOf({ quiet_hours: 'on', quiet_to: '7' }), /quiet_to: "7"/)
    assert.throws(() => optionsOf({ quiet_hours: 'on', quiet_days: 'someday' }), /quiet_days: "someday"/)
  })

  it('make lists of the devices of groups', () => {
    const groups = [{ name: 'kitchen', devices: 'Kettle, 8006*, ,Oven ' }]
    assert.deepEqual(optionsOf({ groups }).groups, { kitchen: ['Kettle', '8006*', 'Oven'] })
  })
})
