import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { RETRY_BY_CODE } from '../../../src/domain/errors'
import { COMMAND_KEYS } from '../../../src/homeassistant/commands/command-keys'
import { commandTopic } from '../../../src/homeassistant/commands/command-topic'
import { readRequest } from '../../../src/homeassistant/commands/read-request'

const several = (payload: unknown) => {
  return readRequest({ slug: 'a' }, typeof payload === 'string' ? payload : JSON.stringify(payload))
}
const one = (key: string, payload: string) => readRequest({ slug: 'a', key }, payload)

function wishOf(request: ReturnType<typeof readRequest>): object {
  assert.ok('wish' in request, 'error' in request ? request.error.message : '')
  return request.wish
}

function refusalOf(request: ReturnType<typeof readRequest>) {
  assert.ok('error' in request, 'it was taken')
  const { code, details } = request.error
  return { code, ...details }
}

describe('a command that comes by a topic', () => {
  it('is of the device and the key that the topic names', () => {
    assert.deepEqual(commandTopic('kasa', 'kasa/8006AB/set/led'), { slug: '8006AB', key: 'led' })
    assert.deepEqual(commandTopic('home/kasa', 'home/kasa/8006AB/set'), { slug: '8006AB' })
    for (const topic of ['kasa/a', 'kasa/a/state', 'kasa/a/set/led/x', 'other/a/set', 'kasaa/a/set', 'kasa', '']) {
      assert.equal(commandTopic('kasa', topic), undefined)
    }
  })

  it('switches by the words that people and programs use', () => {
    for (const on of ['ON', 'on', 'On', 'true', 'True', '1', ' ON '])
      assert.deepEqual(wishOf(one('on', on)), { on: true })
    for (const on of ['OFF', 'false', 'FALSE', '0']) assert.deepEqual(wishOf(one('on', on)), { on: false })
    for (const on of [true, 1, 'on']) assert.deepEqual(wishOf(several({ on })), { on: true })
    assert.deepEqual(wishOf(one('on', 'toggle')), { on: 'toggle' })
    for (const on of ['', 'yes', '2', 'null', '"ON"']) {
      const { code, field, value } = refusalOf(one('on', on))
      assert.deepEqual([code, field, value], ['INPUT_INVALID', 'on', on])
    }
    assert.equal(refusalOf(one('led', 'TOGGLE')).range, 'ON, OFF, true or false')
  })

  it('takes whole numbers as Home Assistant writes them', () => {
    assert.deepEqual(wishOf(one('brightness_pct', '50.0')), { brightness_pct: 50 })
    assert.deepEqual(wishOf(one('auto_off_min', '120')), { auto_off_min: 120 })
    assert.deepEqual(wishOf(several({ brightness_pct: '7', color_temp_k: 2700 })), {
      brightness_pct: 7,
      color_temp_k: 2700,
    })
    for (const value of ['50.4', '', '5e1', '0x10', 'NaN', 'Infinity', '-1', '101', '9'.repeat(400)]) {
      assert.deepEqual(refusalOf(one('brightness_pct', value)), {
        code: 'INPUT_INVALID',
        field: 'brightness_pct',
        value,
        range: 'a whole number from 0 to 100',
      })
    }
    for (const value of [null, [], {}, true, 50.5]) {
      assert.equal(refusalOf(several({ brightness_pct: value })).field, 'brightness_pct')
    }
  })

  it('takes an object as JSON by its own topic, and as it is beside other keys', () => {
    const color = { hue_deg: 240, saturation_pct: 80 }
    assert.deepEqual(wishOf(one('color', JSON.stringify(color))), { color })
    assert.deepEqual(wishOf(several({ color })), { color })
    assert.deepEqual(wishOf(one('countdown', '{"delay_s":600,"on":"OFF"}')), { countdown: { delay_s: 600, on: false } })
    assert.equal(refusalOf(several({ color: { hue_deg: 361, saturation_pct: 1 } })).field, 'hue_deg')
    assert.equal(refusalOf(several({ color: { hue_deg: 3 } })).field, 'saturation_pct')
    assert.equal(refusalOf(one('countdown', '{"delay_s":0,"on":true}')).range, 'a whole number from 1 to 86399')
    assert.equal(refusalOf(one('color', '{"hue_deg":1,"saturation_pct":1,"x":1}')).field, 'x')
    assert.equal(refusalOf(one('color', '[1,2]')).range, 'an object with hue_deg, saturation_pct')
  })

  it('presses what is a button, and silences for as long as it says', () => {
    assert.deepEqual(wishOf(one('reboot', 'PRESS')), { reboot: true })
    assert.deepEqual(wishOf(one('silence', 'PRESS')), { silence: true })
    assert.deepEqual(wishOf(one('silence', '15')), { silence: 15 })
    assert.equal(refusalOf(one('reboot', 'ON')).range, 'PRESS')
    assert.equal(refusalOf(one('silence', '0')).range, 'a whole number from 1 to 10080')
    assert.equal(refusalOf(several({ silence: { toString: 1, valueOf: 1 } })).field, 'silence')
  })

  it('holds several keys, and a word with which its sender knows the result again', () => {
    const request = several({ on: true, alias: 'Lamp', correlation: 'evening' })
    assert.deepEqual(wishOf(request), { on: true, alias: 'Lamp' })
    assert.deepEqual([request.keys, request.correlation], [['on', 'alias'], 'evening'])
    for (const correlation of [5, null, 'x'.repeat(129)]) {
      assert.equal(refusalOf(several({ on: true, correlation })).field, 'correlation')
    }
  })

  it('keeps its correlation where it is refused', () => {
    const request = several({ on: 'maybe', correlation: 'x' })
    assert.deepEqual([request.keys, request.correlation], [['on'], 'x'])
    assert.equal(refusalOf(request).field, 'on')
  })

  it('is refused with a key that nobody knows, with the same thing twice, and with nothing', () => {
    assert.equal(refusalOf(several({ colour: 1 })).field, 'colour')
    assert.equal(refusalOf(one('constructor', '1')).field, 'constructor')
    assert.equal(refusalOf(several('{"__proto__":{"on":true}}')).field, '__proto__')
    assert.deepEqual(refusalOf(several({ brightness_pct: 5, light: { brightness: 6 } })).field, 'light')
    for (const payload of ['{}', '{"correlation":"x"}', '', 'ON', '[]', 'null', '{"on":']) {
      assert.equal(refusalOf(several(payload)).field, 'payload')
    }
  })

  it('is refused unread where it is longer than any command', () => {
    const { field, value, range } = refusalOf(several(`{"alias":"${'x'.repeat(5000)}"}`))
    assert.deepEqual([field, value, range], ['payload', '5012 characters', 'at most 4096 characters'])
  })

  it('is a wish or a refusal with a code, whatever it holds', () => {
    const key = fc.oneof(fc.constantFrom(...Object.keys(COMMAND_KEYS), 'correlation', '__proto__'), fc.string())
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.dictionary(key, fc.jsonValue()).map((given) => JSON.stringify(given)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString()),
    )
    fc.assert(
      fc.property(fc.option(key, { nil: undefined }), text, (name, payload) => {
        const request = readRequest(name === undefined ? { slug: 'a' } : { slug: 'a', key: name }, payload)
        if ('error' in request) assert.ok(request.error.code in RETRY_BY_CODE && request.error.code !== 'INTERNAL')
        else assert.ok(Object.keys(request.wish).length > 0)
      }),
      { numRuns: 2000 },
    )
    assert.equal(Object.keys(Object.prototype).length, 0)
  })
})
