import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { soon } from '../support/soon'
import type { Home } from './home'

/** Its own words while the broker is away. */
const BROKER_AWAY = /components[./]mqtt[./]client/

export function restartSuite(home: Home): void {
  describe('has everything again', () => {
    const unavailable = async () => {
      const states = await home.states()
      return states.filter(({ state }) => state === 'unavailable').map(({ entity_id }) => entity_id)
    }
    const allAreThere = (count: number) => {
      return soon(async () => {
        assert.deepEqual(await unavailable(), [])
        assert.equal((await home.states()).length, count)
      })
    }
    /** What is not about the broker being away. */
    const complaints = () => home.assistant.complaints().filter((line) => !BROKER_AWAY.test(line))

    it('after a device was gone, alone', async () => {
      await home.device('Washer').stop()
      await home.becomes('switch.washer', 'unavailable')
      await home.becomes('switch.radio', 'on')
      await home.device('Washer').start()
      await home.becomes('switch.washer', 'on')
    })

    it('after a restart of Home Assistant', async () => {
      const before = (await home.states()).length
      await home.assistant.restart()
      await allAreThere(before)
    })

    it('after a restart of the broker, which has kept nothing', async () => {
      const before = (await home.states()).length
      await home.broker.kill()
      await soon(async () => assert.ok((await unavailable()).includes('switch.radio')))
      await home.broker.run()
      await allAreThere(before)
    })

    it('after a crash of Node-RED, of which the broker tells by the last will', async () => {
      const before = (await home.states()).length
      await home.nodeRed.kill()
      await soon(async () => assert.equal((await unavailable()).length, before))
      await home.nodeRed.start()
      await allAreThere(before)
    })

    it('and complains of nothing but the broker', () => {
      assert.deepEqual(complaints(), [])
    })
  })
}
