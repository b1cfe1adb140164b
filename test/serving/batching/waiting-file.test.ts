import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { MonitorError } from '../../../src/domain/errors'
import type { WaitingMessage } from '../../../src/serving/batching/waiting-batch'
import { WaitingFile } from '../../../src/serving/batching/waiting-file'
import { FakeClock } from '../../support/fake-clock'
import { soon } from '../../support/soon'

const message = (payload: unknown, topic = ''): WaitingMessage => {
  return { topic, payloads: [payload], came_at: 1, settle: () => {} }
}

describe('The file of what waits', () => {
  let folder: string
  let path: string
  let clock: FakeClock
  let waiting: WaitingMessage[]
  let faults: MonitorError[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-batch-'))
    path = join(folder, 'batch.json')
    clock = new FakeClock()
    waiting = []
    faults = []
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = (isDurable = false) => {
    const report = (error: MonitorError) => void faults.push(error)
    return new WaitingFile({ file: path, clock, report, isDurable, messages: () => waiting })
  }
  const read = () => open().read()
  const payloads = async () => (await read()).flatMap(({ payloads }) => payloads)

  it('brings back what waited when it ended: buffers, dates, circles and all', async () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const given = [1, 'text', null, undefined, NaN, { a: [true] }, Buffer.from('bytes'), new Date(5), 7n, circle]
    waiting = given.map((payload) => message(payload, 'topic'))
    const kept = await open().stop()
    assert.deepEqual([...kept], waiting)
    const back = await read()
    assert.deepEqual(
      back.flatMap(({ payloads }) => payloads),
      given,
    )
    assert.ok(Buffer.isBuffer(back[6]?.payloads[0]))
    assert.deepEqual([back[0]?.topic, back[0]?.came_at], ['topic', 1])
    assert.deepEqual(faults, [])
  })

  it('is not there where nothing ever waited', async () => {
    const file = open()
    assert.deepEqual(await file.read(), [])
    await file.stop()
    assert.ok(!existsSync(path))
  })

  it('says what it cannot keep, and keeps the rest', async () => {
    waiting = [message(1), message(() => 2), message(3)]
    const kept = await open().stop()
    assert.deepEqual([...kept], [waiting[0], waiting[2]])
    assert.deepEqual(await payloads(), [1, 3])
  })

  it('keeps what comes while it is written', async () => {
    waiting = [message(1)]
    const stopped = open().stop()
    setImmediate(() => waiting.push(message(2)))
    await stopped
    assert.deepEqual(await payloads(), [1, 2])
  })

  it('may be ended twice, and holds what it held', async () => {
    waiting = [message(1)]
    const file = open()
    await file.stop()
    waiting = []
    await file.stop()
    assert.deepEqual(await payloads(), [1])
  })

  it('forgets what was read when that is sent', async () => {
    waiting = [message(1)]
    await open().stop()
    const file = open()
    await file.read()
    waiting = [message('comes later, and is not durable')]
    file.changed()
    clock.advance(10)
    await soon(async () => assert.deepEqual(await payloads(), []))
    waiting = []
    await file.stop()
  })

  it('touches no disk while it runs, unless it is durable', async () => {
    waiting = [message(1)]
    const file = open()
    file.changed()
    assert.equal(clock.pending, 0)
    waiting = []
    await file.stop()
  })

  it('has what is durable within some milliseconds, for a crash, and what was sent no more', async () => {
    const file = open(true)
    waiting = [message(1), message(2)]
    file.changed()
    file.changed()
    assert.equal(clock.pending, 1)
    clock.advance(10)
    await soon(async () => assert.deepEqual(await payloads(), [1, 2]))
    waiting = []
    file.changed()
    clock.advance(1000)
    await soon(async () => assert.deepEqual(await payloads(), []))
    await file.stop()
    assert.equal(clock.pending, 0)
  })

  for (const [what, text] of [
    ['cut short', '{"format":"kasa-monitor-batch","ver'],
    ['of something else', '{"format":"other","version":1,"messages":[]}'],
    ['newer', '{"format":"kasa-monitor-batch","version":2,"messages":[]}'],
    ['changed', '{"format":"kasa-monitor-batch","version":1,"messages":[{"topic":"","came_at":1,"payloads":"eA=="}]}'],
    ['null', 'null'],
  ] as const) {
    it(`is set aside and reported where it is ${what}`, async () => {
      writeFileSync(path, text)
      assert.deepEqual(await read(), [])
      assert.equal(readFileSync(`${path}.damaged`, 'utf8'), text)
      assert.deepEqual(
        faults.map(({ code }) => code),
        ['DATABASE_INVALID'],
      )
    })
  }

  it('says that nothing is kept where there is no disk', async () => {
    path = join(folder, 'missing', 'batch.json')
    waiting = [message(1)]
    assert.equal((await open().stop()).size, 0)
    assert.equal(faults.length, 1)
  })
})
