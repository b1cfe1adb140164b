import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { slowingDown } from '../../../nodes/kasa-fleet/slowing-down'

describe('A fleet that a database slows down', () => {
  it('polls more slowly, and says so once when it begins and once when it ends', () => {
    const seen: string[] = []
    const say = (kind: string) => (text: unknown) => void seen.push(`${kind} ${String(text)}`)
    const watcher = slowingDown(
      { slowDown: say('factor') },
      { log: say('log'), warn: say('warn') },
      { show: (_kind, text) => say('status')(text), clear: () => say('status')('none') },
    )
    for (const slowdown of [1, 2.3, 10, 1]) watcher(slowdown)
    assert.deepEqual(seen, [
      ...['factor 1', 'status none'],
      ...['factor 2.3', 'status polls 2.3 times slower'],
      'warn Polls are slowed down, because the spool of a database is nearly full',
      ...['factor 10', 'status polls 10 times slower'],
      ...['factor 1', 'status none', 'log Polls are no longer slowed down'],
    ])
  })
})
