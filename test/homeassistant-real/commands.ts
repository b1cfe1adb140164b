import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { soon } from '../support/soon'
import type { Home } from './home'

export function commandSuite(home: Home): void {
  describe('controls devices', () => {
    const act = (...given: Parameters<Home['assistant']['act']>) => home.assistant.act(...given)
    const shows = (entity_id: string, expected: Readonly<Record<string, unknown>>) => {
      return soon(async () => {
        const { state, attributes } = await home.entity(entity_id)
        const shown = Object.keys(expected).map((key) => [key, key === 'state' ? state : attributes[key]])
        assert.deepEqual(Object.fromEntries(shown), expected)
      })
    }

    it('switches a plug, and shows what the plug has confirmed', async () => {
      await act('switch.turn_off', 'switch.radio')
      await home.becomes('switch.radio', 'off')
      assert.equal(home.device('Radio').on, false)
      await act('switch.turn_on', 'switch.radio')
      await home.becomes('switch.radio', 'on')
      assert.equal(home.device('Radio').on, true)
    })

    it('shows what somebody has done at the plug itself', async () => {
      home.device('Fountain').switch(false)
      await home.becomes('switch.fountain', 'off')
      home.device('Fountain').switch(true)
      await home.becomes('switch.fountain', 'on')
    })

    it('switches one outlet of a strip, with or without a page of its own', async () => {
      for (const [alias, entity_id] of [
        ['Garden', 'switch.garden_pump'],
        ['Rack', 'switch.rack_screen'],
      ] as const) {
        const [first, ...others] = home.device(alias).outlets
        const before = others.map(({ on }) => on)
        await act('switch.turn_off', entity_id)
        await home.becomes(entity_id, 'off')
        assert.equal(first?.on, false)
        const untouched = others.map(({ on }) => on)
        assert.deepEqual(untouched, before)
      }
    })

    it('changes settings: the light on the device, a child lock, when it goes off by itself', async () => {
      await act('switch.turn_off', 'switch.freezer_led')
      await home.becomes('switch.freezer_led', 'off')
      await act('switch.turn_on', 'switch.radiator_child_lock')
      await home.becomes('switch.radiator_child_lock', 'on')
      await act('number.set_value', 'number.washer_turn_off_in', { value: 45 })
      await home.becomes('number.washer_turn_off_in', '45')
    })

    it('dims a light, and switches it off', async () => {
      await act('light.turn_on', 'light.dining', { brightness_pct: 75 })
      await shows('light.dining', { state: 'on', brightness: 191 })
      await act('light.turn_off', 'light.dining')
      await home.becomes('light.dining', 'off')
      assert.equal(home.device('Dining').on, false)
    })

    it('gives lights a colour, or white from warm to cold', async () => {
      for (const light of ['light.couch', 'light.globe']) {
        await act('light.turn_on', light, { hs_color: [240, 60], brightness_pct: 40 })
        await shows(light, { color_mode: 'hs', hs_color: [240, 60], brightness: 102 })
        await act('light.turn_on', light, { color_temp_kelvin: 4000 })
        await shows(light, { color_mode: 'color_temp', color_temp_kelvin: 4000 })
      }
    })

    it('chooses what somebody keeps in the app for a light', async () => {
      for (const light of ['couch', 'globe']) {
        await act('select.select_option', `select.${light}_light_preset`, { option: 'Light preset 2' })
        await home.becomes(`select.${light}_light_preset`, 'Light preset 2')
      }
    })

    it('plays effects, and ends them', async () => {
      for (const light of ['light.shelf', 'light.stage']) {
        await act('light.turn_on', light, { effect: 'Aurora' })
        await shows(light, { effect: 'Aurora' })
        await act('light.turn_on', light, { effect: 'off' })
        await shows(light, { effect: 'off' })
      }
    })

    it('and complains of nothing', () => {
      assert.deepEqual(home.assistant.complaints(), [])
    })
  })
}
