import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, it } from 'mocha'
import { readBody } from '../../../src/serving/protection/request-body'

const LARGEST = 1000
const JSON_TYPE = { 'content-type': 'application/json' }

/** As it comes where the editor has read it already. */
function parsed(body: unknown, headers: object = {}): IncomingMessage {
  return { readableEnded: true, body, headers: { ...JSON_TYPE, ...headers } } as unknown as IncomingMessage
}

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth))
}

describe('A body that the editor has read already', () => {
  it('is taken as it is', async () => {
    assert.deepEqual(await readBody(parsed({ a: 1 }), LARGEST), { value: { a: 1 } })
    assert.deepEqual(await readBody(parsed({ a: 1 }, { 'content-length': '7' }), LARGEST), { value: { a: 1 } })
  })

  for (const [title, body, headers] of [
    ['that is too large', ['x'.repeat(LARGEST)], {}],
    ['that says it is too large', ['x'], { 'content-length': String(LARGEST + 1) }],
    ['that is nested too deeply to be measured', nested(100_000), {}],
  ] as const) {
    it(`is refused where it is one ${title}`, async () => {
      const read = await readBody(parsed(body, headers), LARGEST)
      assert.ok('problem' in read)
      assert.equal(read.problem.status, 413)
    })
  }

  it('is no fault of ours, however deeply it is nested', async () => {
    const read = await readBody(parsed(nested(100_000), { 'content-length': '900' }), LARGEST)
    assert.ok('value' in read)
  })
})
