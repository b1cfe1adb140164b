import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ClientIds } from '../../../nodes/kasa-mqtt/client-ids'

describe('The client ids of a kasa-mqtt', () => {
  it('are each user’s own, and the same after a redeploy, so that a dead session is taken over', () => {
    const ids = new ClientIds(undefined)
    assert.deepEqual([ids.take('a1'), ids.take('b2'), ids.take('a1')], ['kasa-a1', 'kasa-b2', 'kasa-a1'])
  })

  it('have no character that a broker may refuse, whatever a flow calls its nodes', () => {
    assert.match(new ClientIds(undefined).take('é/#+ \0'.repeat(50)), /^kasa-[\w.:@-]{1,64}$/)
  })

  it('are one where a broker knows only that, for one user at a time', () => {
    const ids = new ClientIds('known-to-the-broker')
    assert.equal(ids.take('a1'), 'known-to-the-broker')
    assert.equal(ids.take('a1'), 'known-to-the-broker')
    assert.throws(() => ids.take('b2'), { code: 'CONFIG_INVALID', message: /^client_id: "known-to-the-broker" / })
    ids.release('b2')
    assert.throws(() => ids.take('b2'), { code: 'CONFIG_INVALID' })
    ids.release('a1')
    assert.equal(ids.take('b2'), 'known-to-the-broker')
  })
})
