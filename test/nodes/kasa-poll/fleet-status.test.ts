import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { fleetStatus } from '../../../nodes/kasa-poll/fleet-status'

const [online, offline, unknown] = (['online', 'offline', 'unknown'] as const).map((state) => ({ state })) as [
  { state: 'online' },
  { state: 'offline' },
  { state: 'unknown' },
]
const refused = { state: 'offline', error: { code: 'LOGIN_REFUSED', message: '' } } as const
const tpap = { state: 'offline', error: { code: 'DEVICE_UNSUPPORTED', message: '' } } as const

describe('The status of kasa-poll', () => {
  for (const [title, devices, expected] of [
    ['is green while all devices answer', [online, online], ['ready', '2 of 2 online']],
    ['is yellow while some do not', [online, offline], ['waiting', '1 of 2 online']],
    ['is red while none does', [offline, offline], ['failed', '0 of 2 online']],
    ['says how many refuse the login', [online, refused], ['waiting', '1 of 2 online, 1 login refused']],
    ['is red where all of them do', [refused, refused], ['failed', '0 of 2 online, 2 login refused']],
    ['says how many are not spoken to', [refused, tpap], ['failed', '0 of 2 online, 1 login refused, 1 unsupported']],
    ['is blue while some have not been reached yet', [online, unknown], ['busy', '1 of 2 online']],
    ['is grey without devices', [], ['idle', 'no devices yet']],
  ] as const) {
    it(title, () => assert.deepEqual(fleetStatus(devices), expected))
  }

  it('says that a database slows the polls down', () => {
    assert.deepEqual(fleetStatus([online, online], 2.3), ['waiting', '2 of 2 online, 2.3 times slower'])
  })
})
