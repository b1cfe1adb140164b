import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bridgeStatus } from '../../../nodes/kasa-homeassistant/bridge-status'
import type { BridgeStatus } from '../../../src/homeassistant/bridge'
import type { BrokerStatus } from '../../../src/mqtt/broker'

const COUNTS = { kept: 0, waiting: 0, published: 0, received: 0, dropped: 0 }

describe('What kasa-homeassistant shows of itself', () => {
  const shown = (broker: Partial<BrokerStatus>, devices = 0, available = devices) =>
    bridgeStatus({ broker: { state: 'open', ...COUNTS, ...broker }, devices, available } as BridgeStatus)

  it('is how many devices there are, where the broker is', () => {
    assert.deepEqual(shown({}, 12), ['ready', '12 devices'])
    assert.deepEqual(shown({}, 1), ['ready', '1 device'])
    assert.deepEqual(shown({}, 12, 9), ['waiting', '9 of 12 devices available'])
    assert.deepEqual(shown({}), ['idle', 'no devices yet'])
  })

  it('is that the broker is not there, and why', () => {
    assert.deepEqual(shown({ state: 'connecting' }, 12), ['waiting', 'connecting'])
    assert.deepEqual(shown({ state: 'closed' }, 12), ['idle', 'closed'])
    const down = (code: string) => shown({ state: 'down', error: { code, message: 'in words' } as never }, 12)[1]
    assert.equal(down('BROKER_UNAVAILABLE'), 'broker away: no answer')
    assert.equal(down('BROKER_LOGIN_REFUSED'), 'broker away: login refused')
    assert.equal(down('BROKER_CERTIFICATE_REFUSED'), 'broker away: certificate refused')
    assert.equal(down('BROKER_ID_TAKEN'), 'broker away: client id taken')
    assert.equal(down('BROKER_UNSUPPORTED'), 'broker away: not supported')
    assert.equal(down('INTERNAL'), 'broker away: in words')
    assert.deepEqual(shown({ state: 'down' }), ['failed', 'broker away: no answer'])
  })
})
