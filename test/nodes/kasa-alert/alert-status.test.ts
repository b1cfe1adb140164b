import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { alertStatus } from '../../../nodes/kasa-alert/alert-status'

const lineOf = (given: object) =>
  alertStatus({ firing: 0, pending: 0, watched: 12, waiting: 0, severity: undefined, ...given }).join(': ')

describe('The status of kasa-alert', () => {
  it('says that all is well, and how much is watched', () => assert.equal(lineOf({}), 'ready: all well, 12 watched'))

  it('is yellow for a warning, and red for what is critical', () => {
    assert.equal(lineOf({ firing: 2, severity: 'warning' }), 'waiting: 2 firing')
    assert.equal(lineOf({ firing: 1, pending: 3, severity: 'critical' }), 'failed: 1 firing, 3 pending')
  })

  it('says what has not left yet', () =>
    assert.equal(lineOf({ pending: 1, waiting: 4 }), 'busy: 1 pending, 4 to be sent'))
})
