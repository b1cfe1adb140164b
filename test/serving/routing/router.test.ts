import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { route } from '../../../src/serving/routing/route'
import { Router } from '../../../src/serving/routing/router'

const line = (method: 'GET' | 'POST', path: string, id: string) =>
  route({
    ...{ method, path, id, tag: 'test', summary: 'test', right: 'read', parameters: {}, answers: {} },
    answer: () => ({ json: {} }),
  })

const router = new Router([
  line('GET', '/devices/{device_id}', 'device'),
  line('GET', '/devices/first', 'first'),
  line('GET', '/devices', 'devices'),
  line('POST', '/devices', 'add'),
  line('POST', '/devices/{device_id}/command', 'command'),
])

const idAt = (path: string, method: 'GET' | 'POST' = 'GET') => router.find(path)?.routes.get(method)?.id

describe('The router', () => {
  it('finds what stands at a path, fixed ones before those with a place', () => {
    assert.equal(idAt('/devices'), 'devices')
    assert.equal(idAt('/devices', 'POST'), 'add')
    assert.equal(idAt('/devices/first'), 'first')
    assert.equal(idAt('/devices/second'), 'device')
    assert.equal(idAt('/devices/second/command', 'POST'), 'command')
  })

  it('finds nothing beside the paths', () => {
    for (const path of [
      '',
      '/',
      '//devices',
      '/devices/',
      '/Devices',
      '/devices/a/b',
      '/devices//command',
      'devices',
      '/%64evices',
    ]) {
      assert.equal(router.find(path), undefined, path)
    }
  })

  it('gives back every text that stands in a place, as it was before it was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
        fc.pre(text !== 'first' && !/\p{Cs}/u.test(text))
        const found = router.find(`/devices/${encodeURIComponent(text)}`)
        assert.equal(found?.values.get('device_id'), text)
      }),
      { numRuns: 300 },
    )
  })

  it('finds something, nothing, or says that it is no text, whatever it is asked for', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string({ maxLength: 20 }), (path, more) => {
        try {
          router.find(path + more)
        } catch (error) {
          assert.ok(error instanceof MonitorError)
          assert.equal(error.code, 'INPUT_INVALID')
        }
      }),
      { numRuns: 300 },
    )
  })
})
