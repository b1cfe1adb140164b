import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { availableWhile } from '../../src/homeassistant/available-while'

describe('What an entity is available by', () => {
  it('says each word that Home Assistant waits for, in each topic of its own', () => {
    const words = { payload_available: 'online', payload_not_available: 'offline' }
    assert.deepEqual(availableWhile('kasa/bridge/state', 'kasa/A/availability'), [
      { topic: 'kasa/bridge/state', ...words },
      { topic: 'kasa/A/availability', ...words },
    ])
  })
})
