import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { SlowWatch } from '../../src/domain/slow-watch'

const work = (duration_ms: number) => ({ part: 'poll', what: 'poll of Kettle', duration_ms }) as const

describe('Slow work', () => {
  it('is told to those who watch, each from its own duration on', () => {
    const watch = new SlowWatch()
    const heard: [string, number][] = []
    const end = watch.watch(100, ({ duration_ms }) => heard.push(['patient', duration_ms]))
    watch.watch(10, ({ duration_ms }) => heard.push(['strict', duration_ms]))
    assert.equal(watch.from_ms, 10)
    for (const duration_ms of [9, 10, 100]) watch.tell(work(duration_ms))
    assert.deepEqual(heard, [
      ['strict', 10],
      ['patient', 100],
      ['strict', 100],
    ])
    end()
    end()
    watch.tell(work(200))
    assert.deepEqual(heard.slice(3), [['strict', 200]])
  })

  it('is worth telling to nobody where nobody watches', () => {
    const watch = new SlowWatch()
    watch.watch(10, () => assert.fail())()
    assert.equal(watch.from_ms, Infinity)
    watch.tell(work(1000))
  })
})
