import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { MonitorError, type ErrorCode } from '../../../../src/domain/errors'
import type { Finding } from '../../../../src/integrations/integration'
import { xorDialect, type Dialect } from '../../../../src/integrations/kasa/dialect'
import { Findings, MAXIMUM_FINDINGS } from '../../../../src/integrations/kasa/discovery/findings'
import { tdpSighting, xorSighting, type Sighting } from '../../../../src/integrations/kasa/discovery/sighting'
import { encodePacket } from '../../../../src/integrations/kasa/discovery/tdp-frame'
import { encrypt } from '../../../../src/integrations/kasa/transports/xor-codec'

describe('a datagram that answers a discovery', () => {
  it('shows a device or is refused with a code, whatever its bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => encrypt(text)),
      fc.json().map((text) => encodePacket({ flags: 0x11, serial: 1, payload: Buffer.from(text) })),
    )
    const open = () => undefined
    fc.assert(
      fc.property(bytes, (datagram) => {
        for (const read of [xorSighting, tdpSighting]) {
          try {
            assert.equal(read(Buffer.from(datagram), '10.0.0.1', open).device.host, '10.0.0.1')
          } catch (thrown) {
            assert.ok(thrown instanceof MonitorError && thrown.code !== 'INTERNAL', String(thrown))
          }
        }
      }),
    )
  })
})

describe('what a discovery tells of its answers', () => {
  let told: Finding[]
  let later: string[]
  let dialects: Map<string, Dialect>
  let findings: Findings

  const withPort = (port: number | undefined) =>
    new Findings({
      port,
      settleLater: (host) => void later.push(host),
      onFinding: (finding) => void told.push(finding),
      onDialect: (host, dialect) => void dialects.set(host, dialect),
    })

  beforeEach(() => {
    told = []
    later = []
    dialects = new Map()
    findings = withPort(undefined)
  })

  const device = (model: string, device_id?: string) => (): Sighting => ({
    device: {
      ...{ alias: '', model, host: 'h', kind: 'plug', integration: 'kasa', features: [] },
      ...(device_id === undefined ? {} : { device_id }),
    },
    dialect: xorDialect(),
  })
  const failure = (code: ErrorCode) => (): Sighting => {
    throw new MonitorError(code, 'reason')
  }
  const summary = () => told.map((finding) => (finding.supported ? finding.device.model : finding.code))

  it('is the first answer that shows a device, at once, and no other of that host', () => {
    findings.add('h', device('A'))
    assert.deepEqual(summary(), ['A'])
    findings.add('h', device('B'))
    findings.settleAll()
    assert.deepEqual(summary(), ['A'])
    assert.deepEqual([findings.has('h'), findings.has('i')], [true, false])
  })

  it('is a bad answer only when none that is better has come', () => {
    findings.add('good', failure('REPLY_INVALID'))
    findings.add('bad', failure('REPLY_INVALID'))
    findings.add('bad', failure('DEVICE_UNSUPPORTED'))
    findings.add('bad', failure('REPLY_TOO_LARGE'))
    assert.deepEqual(summary(), [])
    findings.add('good', device('A'))
    for (const host of [...later, ...later]) findings.settle(host)
    assert.deepEqual(summary(), ['A', 'DEVICE_UNSUPPORTED'])
    assert.deepEqual(later, ['good', 'bad'])
  })

  it('does not believe a second host that claims an id; devices without one are judged later', () => {
    findings.add('one', device('A', 'id'))
    findings.add('two', device('A', 'id'))
    findings.add('three', device('B'))
    findings.add('four', device('B'))
    findings.settleAll()
    assert.deepEqual(summary(), ['A', 'B', 'B', 'IDENTITY_MISMATCH'])
  })

  it('names the port that was asked for, and none otherwise', () => {
    findings.add('h', device('A'))
    withPort(7000).add('i', device('A'))
    assert.deepEqual(
      told.map((finding) => finding.supported && finding.port),
      [undefined, 7000],
    )
    assert.deepEqual([dialects.get('h')?.port, dialects.get('i')?.port], [9999, 7000])
  })

  it('reads no more than 16 bad answers of a host', () => {
    let read = 0
    for (let answer = 0; answer < 100; answer++) {
      findings.add('h', () => {
        read++
        return failure('DEVICE_UNSUPPORTED')()
      })
    }
    findings.settleAll()
    assert.deepEqual([read, summary()], [16, ['DEVICE_UNSUPPORTED']])
  })

  it('ends at 256 hosts, good and bad', () => {
    for (let host = 0; host < 200; host++) findings.add(`good ${host}`, device('A'))
    for (let host = 0; host < 200; host++) findings.add(`bad ${host}`, failure('REPLY_INVALID'))
    findings.settleAll()
    assert.equal(told.length, MAXIMUM_FINDINGS)
  })
})
