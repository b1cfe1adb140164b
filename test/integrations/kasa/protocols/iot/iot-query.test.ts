import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  ALLOWED_METHODS,
  meteredQuery,
  meterQuery,
  Query,
  SYSINFO_QUERY,
  type Question,
} from '../../../../../src/integrations/kasa/protocols/iot/iot-query'
import { decrypt } from '../../../../../src/integrations/kasa/transports/xor-codec'

const textOf = (query: Query) => decrypt(query.frame, 4)
const made = (module: string, method: string, parameters?: object) =>
  new Query([[module, method, parameters] as unknown as Question])

describe('what a poll may say', () => {
  it('is to ask, and nothing else', () => {
    const methods = Object.values(ALLOWED_METHODS).flat()
    assert.deepEqual([...new Set(methods)].sort(), [
      'get_config',
      'get_daystat',
      'get_info',
      'get_monthstat',
      'get_realtime',
      'get_sysinfo',
      'get_time',
    ])
  })

  it('is written as devices expect it', () => {
    assert.equal(textOf(SYSINFO_QUERY), '{"system":{"get_sysinfo":{}}}')
    assert.equal(textOf(meteredQuery('emeter')), '{"system":{"get_sysinfo":{}},"emeter":{"get_realtime":{}}}')
    assert.equal(textOf(meterQuery('emeter')), '{"emeter":{"get_realtime":{}}}')
    assert.equal(
      textOf(meterQuery('emeter', '800600')),
      '{"context":{"child_ids":["800600"]},"emeter":{"get_realtime":{}}}',
    )
    assert.equal(
      textOf(made('emeter', 'get_daystat', { year: 2026, month: 11 })),
      '{"emeter":{"get_daystat":{"year":2026,"month":11}}}',
    )
  })

  it('cannot be a command, even where the types are forced', () => {
    for (const [module, method] of [
      ['system', 'set_relay_state'],
      ['system', 'reboot'],
      ['system', 'reset'],
      ['system', 'download_firmware'],
      ['emeter', 'erase_emeter_stat'],
      ['time', 'set_time'],
      ['smartlife.iot.dimmer', 'set_brightness'],
      ['toString', 'call'],
      ['__proto__', 'get_sysinfo'],
    ] as const) {
      assert.throws(() => made(module, method), { code: 'INTERNAL' })
    }
  })

  it('has no room for anything but what was asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.object(), (module, method, parameters) => {
        const allowed: Readonly<Record<string, readonly string[]>> = ALLOWED_METHODS
        const isAllowed = Object.hasOwn(allowed, module) && allowed[module]?.includes(method)
        if (!isAllowed) assert.throws(() => made(module, method, parameters), { code: 'INTERNAL' })
      }),
    )
    const smuggled = { year: 2026, set_relay_state: { state: 1 }, month: { off: 1 } }
    assert.equal(
      textOf(made('emeter', 'get_monthstat', smuggled)),
      '{"emeter":{"get_monthstat":{"year":2026,"month":null}}}',
    )
  })
})
