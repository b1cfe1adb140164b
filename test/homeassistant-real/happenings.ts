import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { soon } from '../support/soon'
import { FREEZER_LIMIT_W } from './household'
import type { Home } from './home'

export function happeningSuite(home: Home): void {
  describe('hears what happens', () => {
    /** How often a trigger of a device has fired; automations are started so. */
    async function countTrigger(page: string, type: string, subtype: string): Promise<() => number> {
      const device_id = (await home.pages()).get(page)?.id
      let fired = 0
      const trigger = { platform: 'device', domain: 'mqtt', device_id, type, subtype }
      await home.assistant.listen('subscribe_trigger', { trigger }, () => fired++)
      return () => fired
    }

    it('a door opens, water leaks', async () => {
      const { hub } = home.device('Hub')
      hub.sensor('Front door').set({ contact_open: true })
      hub.sensor('Boiler leak').set({ water_leak: true })
      await home.becomes('binary_sensor.front_door_door', 'on')
      await home.becomes('binary_sensor.boiler_leak_moisture', 'on')
      hub.sensor('Front door').set({ contact_open: false })
      await home.becomes('binary_sensor.front_door_door', 'off')
    })

    it('somebody presses a button: as an event, and as what starts automations', async () => {
      const presses = await countTrigger('Doorbell', 'button_short_press', 'button_1')
      home.device('Hub').hub.sensor('Doorbell').press()
      await soon(async () => {
        assert.equal((await home.entity('event.doorbell')).attributes.event_type, 'single')
        assert.equal(presses(), 1)
      })
    })

    it('an alert is a problem of its device, until it is over', async () => {
      home.freezer.draws_w = FREEZER_LIMIT_W + 100
      await home.becomes('binary_sensor.freezer_problem', 'on')
      await home.becomes('binary_sensor.freezer_too_much_power', 'on')
      const { attributes } = await home.entity('binary_sensor.freezer_too_much_power')
      assert.equal(attributes.device_class, 'problem')
      assert.equal(attributes.severity, 'critical')
      assert.equal(attributes.threshold, FREEZER_LIMIT_W)
      assert.equal(attributes.value, FREEZER_LIMIT_W + 100)
      assert.equal(attributes.acknowledged, false)
      await soon(async () => assert.equal((await home.entity('event.freezer_alert')).attributes.event_type, 'raised'))
    })

    it('its button acknowledges it', async () => {
      await home.assistant.act('button.press', 'button.freezer_acknowledge_alerts')
      await soon(async () => {
        const { attributes } = await home.entity('binary_sensor.freezer_too_much_power')
        assert.equal(attributes.acknowledged, true)
      })
      await home.becomes('binary_sensor.freezer_problem', 'on')
    })

    it('its end starts automations', async () => {
      const ends = await countTrigger('Freezer', 'resolved', 'Too much power')
      home.freezer.draws_w = 90
      await home.becomes('binary_sensor.freezer_problem', 'off')
      await soon(() => assert.equal(ends(), 1))
    })

    it('and complains of nothing', () => {
      assert.deepEqual(home.assistant.complaints(), [])
    })
  })
}
