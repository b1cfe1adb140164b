import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Secret } from '../../../../src/domain/secret'
import type { Connection, Session } from '../../../../src/integrations/integration'
import type { Behaviour } from '../../../../src/simulator/behaviour'
import { SIMULATED_ACCOUNT } from '../../../../src/simulator/account'
import type { SimulatedDevice } from '../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../src/simulator/simulator'
import { kasaSession, pollOnce, TEST_TIMEOUTS } from '../../../support/kasa'

const CREDENTIALS = { username: SIMULATED_ACCOUNT.username, password: new Secret(SIMULATED_ACCOUNT.password) }

const SPOKEN = [
  ['version 1', { speaks: 'klap-1' }],
  ['version 2', { speaks: 'klap-2' }],
  ['version 2 over TLS', { speaks: 'klap-2', secure: true }],
] as const

for (const [name, access] of SPOKEN) {
  describe(`polling over KLAP, ${name}`, () => {
    let simulator: Simulator
    let device: SimulatedDevice
    let session: Session
    let connection: Connection

    beforeEach(async () => {
      simulator = new Simulator({ port: 0 })
      device = simulator.addPlug({ power: 60, ...access })
      await simulator.start()
      session = kasaSession({ timeouts: TEST_TIMEOUTS, port: simulator.port, credentials: CREDENTIALS })
      connection = session.connect({ host: device.host, device_id: device.device_id })
      await pollOnce(connection)
      device.requests.clear()
    })

    afterEach(async () => {
      session.stop()
      await simulator.stop()
    })

    it('keeps one connection and one session for all polls, and never asks before it is answered', async () => {
      await Promise.all(Array.from({ length: 20 }, () => pollOnce(connection)))
      assert.equal(device.requests.requests, 20)
      assert.equal(device.requests.connections, 0)
      assert.equal(device.requests.handshakes, 0)
      assert.equal(device.requests.max_in_flight, 1)
    })

    const UNNOTICED: readonly [what: string, behaviour: Behaviour][] = [
      ['has a session for each request', { kind: 'session-per-request' }],
      ['closes the connection after each reply', { kind: 'close-after-reply' }],
      ['has sessions of a second', { kind: 'session-timeout', timeout_s: 1 }],
    ]
    for (const [what, behaviour] of UNNOTICED) {
      it(`goes on with a device that ${what}`, async () => {
        device.behave(behaviour)
        for (let count = 0; count < 10; count++) assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
      })
    }

    it('goes on when the device no longer knows the session', async () => {
      device.forgetSessions()
      assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
      assert.equal(device.requests.handshakes, 1)
    })

    const FAULTS: readonly [what: string, behaviour: Behaviour, code: string][] = [
      ['is silent', { kind: 'silence' }, 'REPLY_TIMEOUT'],
      ['trickles', { kind: 'trickle', interval_ms: 50 }, 'REPLY_TIMEOUT'],
      ['sends half of a reply', { kind: 'short-reply' }, 'REPLY_CUT_SHORT'],
      ['forbids each request', { kind: 'forbid', when: 'request' }, 'SESSION_REFUSED'],
      ['answers a page to each request', { kind: 'page-above', bytes: 48 }, 'QUERY_TOO_LARGE'],
      ['signs wrong', { kind: 'wrong-signature' }, 'REPLY_INVALID'],
      ['speaks no HTTP any more', { kind: 'garbage' }, 'PROTOCOL_CHANGED'],
      ['answers text that is no JSON', { kind: 'not-json' }, 'REPLY_INVALID'],
      [
        'is another device',
        { kind: 'other-device', device_id: 'OTHER', mac: '50:C7:BF:00:00:01' },
        'IDENTITY_MISMATCH',
      ],
    ]
    for (const [what, behaviour, code] of FAULTS) {
      it(`says ${code} of a device that ${what}, and reads it again once it is well`, async () => {
        device.behave(behaviour)
        await assert.rejects(pollOnce(connection), { code })
        device.behave()
        assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
      })
    }
  })
}
