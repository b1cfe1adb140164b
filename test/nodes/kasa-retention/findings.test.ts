import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Findings } from '../../../nodes/kasa-retention/findings'

describe('What retention finds', () => {
  function log(): { findings: Findings; lines: string[] } {
    const lines: string[] = []
    return { lines, findings: new Findings((text) => lines.push(text)) }
  }

  it('is put into the log once, however often it is found', () => {
    const { findings, lines } = log()
    for (let run = 0; run < 3; run++) findings.read({ dry: false, findings: ['a', 'b'] })
    assert.deepEqual(lines, ['a', 'b'])
  })

  it('is put there again when it has been gone in between', () => {
    const { findings, lines } = log()
    for (const found of [['a'], [], ['a']]) findings.read({ dry: false, findings: found })
    assert.deepEqual(lines, ['a', 'a'])
  })

  it('stays out of it in a dry run, which somebody reads', () => {
    const { findings, lines } = log()
    findings.read({ dry: true, findings: ['a'] })
    findings.read({ dry: false, findings: ['a'] })
    assert.deepEqual(lines, ['a'])
  })
})
