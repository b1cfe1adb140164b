import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { beforeEach, describe, it } from 'mocha'
import { Scope } from '../../../nodes/shared/scope'
import { FakeClock } from '../../support/fake-clock'

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('The scope of a node', () => {
  let clock: FakeClock
  let reports: string[]
  let scope: Scope

  beforeEach(() => {
    clock = new FakeClock()
    reports = []
    scope = new Scope((error) => reports.push((error as Error).message), clock)
  })

  it('releases the newest first, each after the one before it', async () => {
    const released: string[] = []
    scope.own(() => void released.push('database'))
    scope.own(async () => {
      await settle()
      released.push('writer')
    })
    await scope.close()
    assert.deepEqual(released, ['writer', 'database'])
  })

  it('releases once, however often it is closed', async () => {
    let released = 0
    scope.own(() => void released++)
    await Promise.all([scope.close(), scope.close()])
    await scope.close()
    assert.equal(released, 1)
  })

  it('owns the same release twice where it is given twice', async () => {
    let released = 0
    const release = () => void released++
    scope.own(release)
    scope.own(release)
    await scope.close()
    assert.equal(released, 2)
  })

  it('releases at once what it is given after closing, or while', async () => {
    const released: string[] = []
    scope.own(() => void scope.own(() => void released.push('while')))
    await scope.close()
    scope.own(() => void released.push('after'))
    scope.timeout(() => void released.push('never'), 1)
    clock.advance(10)
    assert.deepEqual(released, ['while', 'after'])
    assert.equal(clock.pending, 0)
  })

  it('releases early, and then not again', async () => {
    let released = 0
    const release = scope.own(() => void released++)
    release()
    release()
    await scope.close()
    assert.equal(released, 1)
  })

  it('reports a release that fails and goes on with the others', async () => {
    const released: string[] = []
    scope.own(() => void released.push('first'))
    scope.own(() => Promise.reject(new Error('rejected')))
    scope.own(() => {
      throw new Error('thrown')
    })
    await scope.close()
    assert.deepEqual(reports, ['thrown', 'rejected'])
    assert.deepEqual(released, ['first'])
  })

  it('closes in less than 5 s although a release hangs, and still releases the others', async () => {
    const released: string[] = []
    scope.own(() => void released.push('socket'))
    scope.own(() => new Promise<void>(() => {}))
    let closed = false
    void scope.close().then(() => (closed = true))
    await settle()
    assert.equal(closed, false)
    clock.advance(4999)
    await settle()
    assert.equal(closed, true)
    assert.deepEqual(released, ['socket'])
    assert.match(reports[0] ?? '', /longer than/)
    assert.equal(clock.pending, 0)
  })

  it('fires a timer once and forgets it', async () => {
    let fired = 0
    scope.timeout(() => void fired++, 100)
    clock.advance(1000)
    assert.equal(fired, 1)
    await scope.close()
    assert.equal(clock.pending, 0)
  })

  it('stops a timer early, and every timer at close', async () => {
    let fired = 0
    scope.timeout(() => void fired++, 100)()
    scope.timeout(() => void fired++, 200)
    scope.every(50, () => void fired++)
    await scope.close()
    clock.advance(1000)
    assert.equal(fired, 0)
    assert.equal(clock.pending, 0)
  })

  it('repeats, the next turn after the last one is over', async () => {
    let turns = 0
    let finish = () => {}
    scope.every(100, () => {
      turns++
      return new Promise((resolve) => (finish = resolve))
    })
    clock.advance(1000)
    assert.equal(turns, 1)
    finish()
    await settle()
    clock.advance(100)
    assert.equal(turns, 2)
  })

  it('goes on repeating when a turn fails', async () => {
    let turns = 0
    scope.every(100, () => {
      turns++
      throw new Error(`turn ${turns}`)
    })
    for (let turn = 0; turn < 3; turn++) {
      clock.advance(100)
      await settle()
    }
    assert.deepEqual(reports, ['turn 1', 'turn 2', 'turn 3'])
  })

  it('ends a repetition by its own function, during a turn as well', async () => {
    let turns = 0
    const stop = scope.every(100, () => {
      turns++
      stop()
    })
    clock.advance(100)
    await settle()
    clock.advance(1000)
    assert.equal(turns, 1)
    assert.equal(clock.pending, 0)
  })

  it('takes its listeners away', async () => {
    const emitter = new EventEmitter()
    let heard = 0
    scope.listen(emitter, 'news', () => heard++)
    scope.listen(emitter, 'news', () => heard++)()
    emitter.emit('news')
    assert.equal(heard, 1)
    await scope.close()
    assert.equal(emitter.listenerCount('news'), 0)
  })
})
