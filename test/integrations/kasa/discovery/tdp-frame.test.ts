import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import {
  encodePacket,
  encodeProbe,
  MAXIMUM_TDP_BYTES,
  parsePacket,
} from '../../../../src/integrations/kasa/discovery/tdp-frame'

const HEADER_BYTES = 16

describe('packets of the discovery protocol', () => {
  it('begin with the header that was computed elsewhere', () => {
    const probe = encodeProbe(0x01020304, '-----BEGIN PUBLIC KEY-----\nTEST\n-----END PUBLIC KEY-----\n')
    assert.equal(probe.length, HEADER_BYTES + 85)
    assert.equal(probe.subarray(0, HEADER_BYTES).toString('hex'), '0200000100551100010203042538326a')
  })

  it('have the checksum of the probe without a key that older programs send', () => {
    const bytes = encodePacket({ flags: 0, serial: 0, payload: Buffer.alloc(0) })
    assert.equal(bytes.toString('hex'), '020000010000000000000000463cb5d3')
  })

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(0xffffffff), fc.uint8Array({ maxLength: 512 }), (flags, serial, payload) => {
        const packet = { flags, serial, payload: Buffer.from(payload) }
        assert.deepEqual(parsePacket(encodePacket(packet)), { ...packet, isIntact: true })
      }),
    )
  })

  it('are known to be damaged when one bit has changed', () => {
    const bytes = encodePacket({ flags: 1, serial: 7, payload: Buffer.from('{"error_code":0}') })
    fc.assert(
      fc.property(fc.integer({ min: 6, max: bytes.length - 1 }), fc.nat(7), (index, bit) => {
        const damaged = Buffer.from(bytes)
        damaged[index] = (damaged[index] as number) ^ (1 << bit)
        assert.equal(parsePacket(damaged).isIntact, false)
      }),
    )
  })

  it('are refused when they are larger than any device sends', () => {
    const bytes = encodePacket({ flags: 1, serial: 7, payload: Buffer.alloc(MAXIMUM_TDP_BYTES) })
    assert.throws(() => parsePacket(bytes), { code: 'REPLY_TOO_LARGE' })
  })

  it('are refused when a part is missing', () => {
    const bytes = encodePacket({ flags: 1, serial: 7, payload: Buffer.from('{}') })
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parsePacket(bytes.subarray(0, length)), { code: 'REPLY_INVALID' })
    }
  })

  it('of any bytes are read or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, begins) => {
        const packet = Buffer.from(bytes)
        if (begins && packet.length > 0) packet[0] = 2
        try {
          assert.ok(parsePacket(packet).payload.length <= packet.length)
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError)
        }
      }),
    )
  })
})
