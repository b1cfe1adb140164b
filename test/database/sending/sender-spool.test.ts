import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Quarantine } from '../../../src/database/sending/quarantine'
import { Sender } from '../../../src/database/sending/sender'
import type { Verdict } from '../../../src/database/sending/verdict'
import { Spool } from '../../../src/database/spool/spool'
import type { Lines } from '../../../src/database/store'
import { FakeClock } from '../../support/fake-clock'
import { LOST, numbered, STORED, UNAVAILABLE } from './sending-bench'

const MINUTE_MS = 60_000

/** A sender on a spool on disk. */
class DiskBench {
  readonly clock = new FakeClock()
  readonly quarantine: Quarantine
  readonly spool: Spool
  readonly sender: Sender
  readonly requests: (readonly string[])[] = []
  isDown = false
  answer: (lines: readonly string[]) => Verdict = () => STORED

  constructor(folder: string, grace_ms = 0) {
    const { clock } = this
    this.quarantine = new Quarantine(join(folder, 'quarantine'), clock)
    this.spool = new Spool({
      ...{
        folder,
        maximum_bytes: 512 * 1024 * 1024,
        maximum_age_days: 14,
        durability: 'none',
        when_full: 'thin',
        clock,
      },
      grace_ms: () => this.sender.grace_ms,
      onLines: () => this.sender.wake(),
      onChange: () => {},
    })
    const probe = () => (this.isDown ? Promise.reject(UNAVAILABLE) : Promise.resolve())
    this.sender = new Sender({
      ...{ spool: this.spool, quarantine: this.quarantine, clock, random: () => 0.5, onChange: () => {} },
      ...{ batch_points: 5000, batch_delay_ms: 1000 },
      store: { grace_ms, probe, send: (lines) => Promise.resolve(this.send(lines)) },
    })
  }

  async start(): Promise<void> {
    await this.spool.start()
    this.sender.start()
  }

  async stop(): Promise<void> {
    await this.sender.stop()
    await this.spool.stop()
  }

  append(...lines: readonly string[]): Promise<void> {
    return this.spool.append(lines.map((line) => `${line}\n`).join(''), lines.length)
  }

  /** Time runs on meanwhile; the disk does not hurry for it. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await this.clock.advanceSlowly(1000, 100)
  }

  get sent(): string[] {
    return this.requests.flat()
  }

  private send({ text, count }: Lines): Verdict {
    if (this.isDown) return LOST
    const lines = text.toString().split('\n').slice(0, -1)
    assert.equal(lines.length, count)
    this.requests.push(lines)
    return this.answer(lines)
  }
}

describe('a sender on a spool on disk', () => {
  let folder = ''
  let bench: DiskBench
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sending-'))
    bench = new DiskBench(folder)
  })
  afterEach(async () => {
    await bench.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('makes up for an outage in order, with few requests, and forgets what it has sent', async () => {
    await bench.start()
    bench.isDown = true
    for (let from = 0; from < 60_000; from += 500) await bench.append(...numbered(from, from + 500))
    await bench.until(() => bench.sender.status().trouble !== undefined)
    bench.isDown = false
    await bench.until(() => bench.spool.status().lines === 0)
    assert.deepEqual(bench.sent, numbered(0, 60_000))
    assert.ok(bench.requests.length <= 20, `${bench.requests.length} requests`)
    await bench.stop()
    bench = new DiskBench(folder)
    await bench.start()
    assert.equal(bench.spool.status().lines, 0)
  })

  it('sends in the next run what the last one could not', async () => {
    await bench.start()
    bench.isDown = true
    await bench.append(...numbered(0, 100))
    await bench.until(() => bench.sender.status().trouble !== undefined)
    await bench.stop()
    bench = new DiskBench(folder)
    await bench.start()
    assert.equal(await bench.sender.settle(MINUTE_MS), true)
    assert.deepEqual(bench.sent, numbered(0, 100))
  })

  it('finds the bad lines of a frame that is larger than the store takes', async () => {
    bench.answer = (lines) => {
      if (lines.length > 100) return { kind: 'too-large' }
      return lines.includes('line v=321') ? { kind: 'refused', reason: 'no' } : STORED
    }
    await bench.start()
    await bench.append(...numbered(0, 1000))
    assert.equal(await bench.sender.settle(MINUTE_MS), true)
    assert.equal(bench.quarantine.lines, 1)
    assert.equal(bench.sender.status().written, 999)
  })

  it('brings back what a store forgot that was away for half an hour', async () => {
    bench = new DiskBench(folder, MINUTE_MS)
    await bench.start()
    for (let from = 0; from < 100; from += 10) {
      await bench.append(...numbered(from, from + 10))
      await bench.sender.settle(MINUTE_MS)
      await bench.clock.advanceSlowly(10_000, 1000)
    }
    bench.requests.length = 0
    bench.isDown = true
    await bench.append(...numbered(100, 110))
    await bench.until(() => bench.sender.status().trouble !== undefined)
    await bench.clock.advanceSlowly(30 * MINUTE_MS, 1000)
    bench.isDown = false
    await bench.until(() => bench.sent.includes('line v=109'))
    // The last minute of it at least, in order.
    assert.deepEqual(bench.sent.slice(-60), numbered(50, 110))
    assert.equal(new Set(bench.sent).size, bench.sent.length)
  })
})
