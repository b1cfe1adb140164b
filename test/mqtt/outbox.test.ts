import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { after, beforeEach, describe, it } from 'mocha'
import type { MonitorError } from '../../src/domain/errors'
import { MOST_WAITING, type Occasion } from '../../src/mqtt/broker'
import { Outbox } from '../../src/mqtt/outbox'
import { readOccasions, writeOccasions } from '../../src/mqtt/saved-occasions'
import { FakeClock } from '../support/fake-clock'

const occasion = (payload: string): Occasion => ({ topic: 'kasa/plug/alert', payload, qos: 1 })

describe('what waits for the broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-outbox-'))
  const reports: MonitorError[] = []
  let clock: FakeClock
  let dropped: number
  let due: number
  const deaf = { dropped: () => undefined, due: () => undefined }
  let files = 0
  let file: string

  beforeEach(() => {
    reports.length = 0
    dropped = 0
    due = 0
    clock = new FakeClock()
    file = join(folder, `${(files += 1)}.json`)
  })
  after(() => rmSync(folder, { recursive: true }))

  const open = async (at: string | undefined = file): Promise<Outbox> => {
    const outbox = new Outbox({
      file: at,
      clock,
      report: (error) => reports.push(error),
      dropped: (count) => (dropped += count),
      due: () => due++,
    })
    await outbox.start()
    return outbox
  }
  const payloads = (outbox: Outbox): string[] => {
    const all: string[] = []
    for (let { oldest } = outbox; oldest; oldest = outbox.oldest) {
      all.push(oldest.payload)
      outbox.remove(oldest)
    }
    return all
  }

  it('leaves no timer where it is stopped before it has been read', async () => {
    const before = await open()
    before.add(occasion('1'))
    await before.stop()
    const outbox = new Outbox({ file, clock, report: (error) => reports.push(error), ...deaf })
    const started = outbox.start()
    await outbox.stop()
    await started
    assert.equal(clock.pending, 0)
  })

  it('is there again after a restart, in order, before what is new', async () => {
    const outbox = await open()
    for (const payload of ['1', '2', '3']) outbox.add(occasion(payload))
    outbox.remove(outbox.oldest as Occasion)
    await outbox.stop()
    await outbox.stop()
    const again = await open()
    again.add(occasion('4'))
    assert.deepEqual(payloads(again), ['2', '3', '4'])
    await again.stop()
    assert.deepEqual(payloads(await open()), [])
    assert.deepEqual([reports, clock.pending], [[], 0])
  })

  it('is on disk a moment after it has come, and what the broker has by then wears none', async () => {
    const outbox = await open()
    outbox.add(occasion('1'))
    outbox.remove(outbox.oldest as Occasion)
    await clock.advanceSlowly(1000)
    assert.throws(() => readFileSync(file), { code: 'ENOENT' })
    outbox.add(occasion('2'))
    await clock.advanceSlowly(100)
    // As after a crash: what is being written is not waited for by anybody else.
    await outbox.stop()
    assert.deepEqual(payloads(await open()), ['2'])
  })

  it('waits until somebody can hear it, with what came after it, and says when; not over a restart', async () => {
    const outbox = await open()
    outbox.add(occasion('1'), 5000)
    outbox.add(occasion('2'))
    assert.deepEqual([outbox.oldest, outbox.size], [undefined, 2])
    clock.advance(4999)
    assert.equal(due, 0)
    clock.advance(1)
    assert.deepEqual([due, payloads(outbox)], [1, ['1', '2']])
    outbox.add(occasion('3'), 5000)
    assert.equal(outbox.oldest, undefined)
    await outbox.stop()
    assert.equal(clock.pending, 0)
    assert.deepEqual(payloads(await open()), ['3'])
  })

  it('that came before the file was read comes after what was in it', async () => {
    const before = await open()
    before.add(occasion('1'))
    await before.stop()
    const outbox = new Outbox({ file, clock, report: () => undefined, ...deaf })
    outbox.add(occasion('2'))
    await outbox.start()
    assert.deepEqual(payloads(outbox), ['1', '2'])
    await outbox.stop()
  })

  it('is not there twice after a stop and a start', async () => {
    const outbox = await open()
    outbox.add(occasion('1'))
    await outbox.stop()
    await outbox.start()
    assert.deepEqual(payloads(outbox), ['1'])
    await outbox.stop()
  })

  it('is bounded in number and size, and loses the oldest', async () => {
    const outbox = await open(undefined)
    for (let at = 0; at < MOST_WAITING + 5; at++) outbox.add(occasion(String(at)))
    assert.deepEqual([outbox.size, outbox.oldest?.payload, dropped], [MOST_WAITING, '5', 5])
    const large = 'x'.repeat(3 * 1024 * 1024)
    for (const end of ['a', 'b', 'c']) outbox.add(occasion(large + end))
    assert.deepEqual([outbox.size, outbox.oldest?.payload.at(-1)], [2, 'b'])
    outbox.add(occasion('x'.repeat(9 * 1024 * 1024)))
    assert.equal(outbox.size, 0)
    await outbox.stop()
  })

  it('that was dropped while it was on its way takes no other with it', async () => {
    const outbox = await open(undefined)
    outbox.add(occasion('first'))
    const onItsWay = outbox.oldest as Occasion
    for (let at = 0; at < MOST_WAITING; at++) outbox.add(occasion('other'))
    outbox.remove(onItsWay)
    assert.equal(outbox.size, MOST_WAITING)
    await outbox.stop()
  })

  it('begins anew where its file is damaged, which is set aside and reported', async () => {
    writeFileSync(file, '{"format":')
    const outbox = await open()
    outbox.add(occasion('1'))
    await outbox.stop()
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['DATABASE_INVALID'],
    )
    assert.equal(readFileSync(`${file}.damaged`, 'utf8'), '{"format":')
    assert.deepEqual(payloads(await open()), ['1'])
  })

  it('comes back from its text as it was', () => {
    const topic = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/[+#\0]/.test(text))
    const any = fc.record(
      {
        topic,
        payload: fc.string({ unit: 'binary' }),
        qos: fc.constantFrom(0 as const, 1 as const),
        correlation: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      },
      { requiredKeys: ['topic', 'payload', 'qos'], noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.array(any), (occasions) => assert.deepEqual(readOccasions(writeOccasions(occasions)), occasions)),
    )
  })

  it('is either ours or refused, whatever text a file holds', () => {
    const frame = fc.json().map((json) => `{"format":"kasa-monitor-occasions","version":1,"occasions":[${json}]}`)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), frame), (text) => {
        try {
          for (const { topic, payload } of readOccasions(text)) assert.ok(topic !== '' && typeof payload === 'string')
        } catch (thrown) {
          assert.ok(thrown instanceof SyntaxError || (thrown as MonitorError).code === 'DATABASE_INVALID')
        }
      }),
    )
  })
})
