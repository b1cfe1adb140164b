import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Secret } from '../../../../../src/domain/secret'
import type { Connection, Session } from '../../../../../src/integrations/integration'
import { SIMULATED_ACCOUNT } from '../../../../../src/simulator/account'
import type { SimulatedDevice } from '../../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../../src/simulator/simulator'
import { kasaSession, pollOnce } from '../../../../support/kasa'

/** Between the bodies of a query for the state alone and of one for state and meter together. */
const TOO_LARGE = { kind: 'page-above', bytes: 64 } as const

describe('a device that answers a page to a query for state and meter together', () => {
  let simulator: Simulator
  let session: Session

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function connect(device: SimulatedDevice): Promise<Connection> {
    await simulator.start()
    const { username, password } = SIMULATED_ACCOUNT
    const credentials = { username, password: new Secret(password) }
    session = kasaSession({ credentials, port: simulator.port })
    return session.connect({ host: device.host })
  }

  it('is asked for one after the other from then on', async () => {
    const device = simulator.addPlug({ power: 60, speaks: 'klap-1' })
    const connection = await connect(device)
    device.behave(TOO_LARGE)
    const [first] = (await pollOnce(connection)).readings
    assert.equal(first?.power_w, 60)
    assert.equal(first.on, true)
    // With the statistics, which are too large as well, the session went; this poll begins another.
    await pollOnce(connection)
    device.requests.clear()
    const [later] = (await pollOnce(connection)).readings
    assert.equal(later?.power_w, 60)
    assert.equal(device.requests.requests, 2)
    assert.equal(device.requests.handshakes, 0)
  })

  it('is read together as before where it can', async () => {
    const device = simulator.addPlug({ power: 60, speaks: 'klap-2' })
    const connection = await connect(device)
    await pollOnce(connection)
    device.requests.clear()
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
    assert.equal(device.requests.requests, 1)
  })

  it('fails with QUERY_TOO_LARGE where less cannot be asked', async () => {
    const device = simulator.addPlug({ speaks: 'klap-1' })
    const connection = await connect(device)
    await pollOnce(connection)
    device.behave({ kind: 'page-above', bytes: 48 })
    await assert.rejects(pollOnce(connection), { code: 'QUERY_TOO_LARGE' })
    device.behave()
    assert.equal((await pollOnce(connection)).readings[0]?.on, true)
  })
})
