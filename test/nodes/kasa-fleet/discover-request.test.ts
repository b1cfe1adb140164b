import fc from 'fast-check'
import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parseDiscoverRequest } from '../../../nodes/kasa-fleet/discover-request'
import { MonitorError } from '../../../src/domain/errors'

const CANARY = 's3cr3t-CANARY'
const request = (given: object = {}) => ({ id: 'n1', targets: '127.0.0.1', ...given })

describe('What the dialog asks for', () => {
  it('is read with its defaults', () => {
    assert.deepEqual(parseDiscoverRequest(request()), {
      id: 'n1',
      targets: ['127.0.0.1'],
      discovery_ms: 5000,
    })
  })

  it('takes port and time of the form, and no credentials', () => {
    const given = { port: 10_000, discovery_s: 0.5, username: 'me', password: CANARY }
    const { port, discovery_ms, ...rest } = parseDiscoverRequest(request(given))
    assert.deepEqual({ port, discovery_ms }, { port: 10_000, discovery_ms: 500 })
    assert.doesNotMatch(JSON.stringify(rest), /CANARY/)
  })

  it('takes port 0 as the usual port of the devices', () => {
    assert.equal(parseDiscoverRequest(request({ port: 0 })).port, undefined)
  })

  for (const [field, given] of [
    ['body', null],
    ['body', []],
    ['body', 'targets'],
    ['targets', request({ targets: '' })],
    ['targets', request({ targets: undefined })],
    ['targets', request({ targets: '300.1.1.1' })],
    ['targets', request({ targets: '10.0.0.0-10.1.134.159' })],
    ['targets', request({ targets: 'x'.repeat(2000) })],
    ['port', request({ port: 70_000 })],
    ['port', request({ port: '9999' })],
    ['port', request({ port: 1.5 })],
    ['discovery_s', request({ discovery_s: 0 })],
    ['discovery_s', request({ discovery_s: 3600 })],
    ['id', request({ id: 5 })],
    ['id', request({ id: 'x'.repeat(100) })],
  ] as const) {
    it(`is refused with the name of what is wrong: ${field} ${JSON.stringify(given).slice(0, 50)}`, () => {
      assert.throws(
        () => parseDiscoverRequest(given),
        (error) => error instanceof MonitorError && error.details.field === field,
      )
    })
  }

  it('is read or refused, whatever it is', () => {
    const body = fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), targets: fc.jsonValue(), port: fc.jsonValue() }))
    fc.assert(
      fc.property(body, (given) => {
        try {
          assert.ok(parseDiscoverRequest(given).targets.length > 0)
        } catch (error) {
          assert.ok(error instanceof MonitorError)
        }
      }),
    )
  })
})
