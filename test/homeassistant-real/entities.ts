import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { EntityState } from '../support/home-assistant'
import { soon } from '../support/soon'
import { EXPECTED } from './expected-entities'
import type { Home, RegistryEntry } from './home'

/** By then whatever a device has has been announced. */
const SETTLED_MS = 10_000
/** Those that nobody has pressed yet. */
const UNKNOWN = ['event.doorbell']

/** As `expected-entities` writes it. */
function lineOf(entry: RegistryEntry, state: EntityState | undefined): string {
  const { capabilities, original_name, original_device_class, entity_category, disabled_by } = entry
  const { supported_color_modes: modes, state_class, effect_list } = capabilities ?? {}
  const facts = [
    ...[original_device_class, state?.attributes.unit_of_measurement, state_class],
    ...[Array.isArray(modes) && modes.join(' '), effect_list && 'effects', entity_category, disabled_by && 'off'],
  ].filter(Boolean)
  const name = `${entry.entity_id.split('.')[0]} ${original_name ?? '-'}`
  return facts.length > 0 ? `${name}: ${facts.join(', ')}` : name
}

export async function pagesOf(home: Home): Promise<Record<string, string[]>> {
  const states = new Map((await home.states()).map((state) => [state.entity_id, state]))
  const entries = await home.entries()
  const pages = [...(await home.pages())].map(([name, { id }]): [string, string[]] => {
    const own = entries.filter(({ device_id }) => device_id === id)
    return [name, own.map((entry) => lineOf(entry, states.get(entry.entity_id))).sort()]
  })
  return Object.fromEntries(pages)
}

export function entitySuite(home: Home): void {
  describe('shows devices as if they were its own', () => {
    it('each on a page of its own', async () => {
      await soon(async () => assert.deepEqual(Object.keys(await pagesOf(home)).sort(), Object.keys(EXPECTED).sort()))
    })

    for (const [name, lines] of Object.entries(EXPECTED)) {
      it(`${name}, with what it has: classes, units and categories`, async () => {
        await soon(async () => assert.deepEqual((await pagesOf(home))[name], [...lines].sort()), SETTLED_MS)
      })
    }

    it('with model and firmware, outlets and sensors below what they belong to', async () => {
      const pages = await home.pages()
      const page = (name: string) => pages.get(name)
      assert.equal(page('Freezer')?.manufacturer, 'TP-Link')
      assert.equal(page('Freezer')?.model, 'HS110(EU)')
      assert.equal(page('Freezer')?.sw_version, '1.2.5 Build 171213 Rel.101523')
      assert.equal(page('Freezer')?.hw_version, '1.0')
      assert.equal(page('Desk Screen')?.via_device_id, page('Desk')?.id)
      assert.equal(page('Bath')?.via_device_id, page('Hub')?.id)
    })

    it('each in the state that it is in, with nothing unknown or unavailable', async () => {
      const away = async () => {
        const states = await home.states()
        const lost = states.filter(({ state }) => state === 'unknown' || state === 'unavailable')
        return lost.map(({ entity_id }) => entity_id).sort()
      }
      await soon(async () => assert.deepEqual(await away(), UNKNOWN))
      await home.becomes('switch.radio', 'on')
      await home.becomes('sensor.freezer_current_consumption', '90')
      await home.becomes('sensor.bath_temperature', '22.5')
      await home.becomes('sensor.bath_humidity', '61')
      await home.becomes('switch.desk_printer', 'off')
      await home.becomes('switch.garden_pump', 'on')
      await home.becomes('binary_sensor.front_door_door', 'off')
    })

    it('lights with brightness, colour and effects', async () => {
      const { attributes: dining } = await home.entity('light.dining')
      assert.equal(dining.brightness, 102)
      assert.equal(dining.color_mode, 'brightness')
      const { attributes: shelf } = await home.entity('light.shelf')
      assert.equal(shelf.min_color_temp_kelvin, 2500)
      assert.equal(shelf.max_color_temp_kelvin, 9000)
      assert.equal(shelf.effect, 'off')
      assert.ok((shelf.effect_list as string[]).includes('Aurora'))
    })

    it('and complains of nothing', () => {
      assert.deepEqual(home.assistant.complaints(), [])
    })
  })
}
