import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { operationIn } from '../../../nodes/kasa-retention/operation'

const of = (payload: unknown) => operationIn({ _msgid: '1', payload })

describe('What a message asks kasa-retention for', () => {
  it('is a run, unless it says otherwise', () => {
    for (const payload of [undefined, null, 1_700_000_000_000, true, '', ' ', {}, { device_id: 'a' }, [1]]) {
      assert.equal(of(payload), 'run')
    }
  })

  it('is what the payload says, as a text or as its operation', () => {
    for (const operation of ['run', 'dry-run', 'trust-clock', 'status'] as const) {
      assert.equal(of(operation), operation)
      assert.equal(of({ operation, more: 1 }), operation)
    }
  })

  for (const [payload, field] of [
    ['dryrun', 'payload'],
    ['Dry-run', 'payload'],
    [{ operation: 'dry_run' }, 'payload.operation'],
    [{ operation: '' }, 'payload.operation'],
    [{ operation: null }, 'payload.operation'],
    [{ operation: ['dry-run'] }, 'payload.operation'],
  ] as const) {
    it(`is refused where it is misspelt, as in ${JSON.stringify(payload)}, because a run deletes`, () => {
      assert.throws(() => of(payload), {
        code: 'INPUT_INVALID',
        message: new RegExp(`^${field}: .*expected one of run, dry-run, trust-clock, status$`),
      })
    })
  }

  it('is not what the prototype of a payload says', () => {
    assert.equal(of(Object.create({ operation: 'status' })), 'run')
  })
})
