import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  ALLOWED_METHODS,
  childQuery,
  deviceQuery,
  Query,
  type Method,
} from '../../../../../src/integrations/kasa/protocols/smart/smart-query'

describe('queries of the newer protocol', () => {
  it('ask for one thing plainly, and for several in a batch', () => {
    assert.equal(deviceQuery(['get_device_info']).text, '{"method":"get_device_info"}')
    assert.equal(
      deviceQuery(['get_device_info', 'get_child_device_list']).text,
      '{"method":"multipleRequest","params":{"requests":' +
        '[{"method":"get_device_info"},{"method":"get_child_device_list","params":{"start_index":0}}]}}',
    )
  })

  it('are wrapped for a child', () => {
    assert.equal(
      childQuery(['get_energy_usage'], 'child').text,
      '{"method":"control_child","params":{"device_id":"child","requestData":{"method":"get_energy_usage"}}}',
    )
  })

  it('are the same for equal devices, so that their bytes are kept once', () => {
    assert.equal(deviceQuery(['get_device_info']), deviceQuery(['get_device_info']))
  })

  it('never change anything, and carry no parameters but numbers', () => {
    for (const method of ALLOWED_METHODS) assert.match(method, /^(get_|component_nego$)/)
    const hostile = { method: 'get_energy_data', params: { start_timestamp: '1; reboot' } } as never
    assert.equal(new Query([hostile]).text, '{"method":"get_energy_data","params":{"start_timestamp":null}}')
  })

  it('refuse to ask for anything that is not allowed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('set_device_info', 'device_reset', 'multipleRequest')),
        (method) => {
          fc.pre(!(ALLOWED_METHODS as readonly string[]).includes(method))
          assert.throws(() => new Query([{ method: method as Method }]), { code: 'INTERNAL' })
        },
      ),
    )
  })
})
