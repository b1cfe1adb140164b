import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { RETRY_BY_CODE } from '../../src/domain/errors'

const FILE = join(__dirname, '..', '..', '..', 'docs', 'errors.md')

describe('The page of errors', () => {
  it('says of every code what it means and what to do, and of no other', () => {
    const rows = readFileSync(FILE, 'utf8').matchAll(/^\| `([A-Z_]+)` \| ([^|]+\.) \| ([^|]+\.) \|$/gm)
    assert.deepEqual([...rows].map(([, code]) => code).sort(), Object.keys(RETRY_BY_CODE).sort())
  })
})
