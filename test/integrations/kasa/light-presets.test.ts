import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isShown, lightPresetsIn, shownPreset } from '../../../src/integrations/kasa/light-presets'

const WHITE = { brightness: 50, color_temp: 2700, hue: 0, saturation: 100 }
const BLUE = { brightness: 100, color_temp: 0, hue: 240, saturation: 100 }

describe('presets of a light', () => {
  it('are whites, colours or brightnesses alone, and no effects', () => {
    assert.deepEqual(lightPresetsIn([WHITE, { brightness: 100, id: 'effect', mode: 2 }, BLUE, 25, 0, {}, null]), [
      { brightness: 50, color_temp: 2700 },
      { brightness: 100, hue: 240, saturation: 100 },
      { brightness: 25 },
    ])
  })

  it('are told by what the light shines like, of which a white may keep its last colour', () => {
    const presets = lightPresetsIn([WHITE, BLUE])
    assert.equal(shownPreset(presets, { ...WHITE, hue: 9, saturation: 67 }), 1)
    assert.equal(shownPreset(presets, BLUE), 2)
    assert.equal(shownPreset(presets, { ...BLUE, color_temp: 6500 }), 0)
    assert.equal(shownPreset(presets, { ...WHITE, brightness: 49 }), 0)
    assert.equal(shownPreset([], {}), 0)
  })

  it('are few and can be shown, whatever a device says', () => {
    fc.assert(
      fc.property(fc.anything(), (list) => {
        const presets = lightPresetsIn(list)
        assert.ok(presets.length <= 16)
        for (const preset of presets) assert.ok(isShown(preset, { ...preset }))
      }),
    )
  })
})
