import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AskedRuns } from '../../../nodes/kasa-retention/asked-runs'
import type { RetentionReport } from '../../../src/retention/retention-report'
import { retentionReport } from '../../support/retention-reports'

describe('Runs that messages ask for', () => {
  interface Begun {
    readonly dry: boolean
    readonly end: (report: RetentionReport) => void
    readonly fail: (error: Error) => void
  }
  function runs(): { asked: AskedRuns; begun: Begun[] } {
    const begun: Begun[] = []
    const run = (dry: boolean) =>
      new Promise<RetentionReport>((resolve, reject) => begun.push({ dry, end: resolve, fail: reject }))
    return { begun, asked: new AskedRuns(run) }
  }
  const turns = () => new Promise((resolve) => setImmediate(resolve))

  it('are shared by all who ask while it has not begun, however many, each with a report of his own', async () => {
    const { asked, begun } = runs()
    const first = asked.ask(false)
    await turns()
    const others = Array.from({ length: 1000 }, () => asked.ask(false))
    await turns()
    assert.equal(begun.length, 1)
    begun[0]?.end(retentionReport({ started: 1 }))
    assert.equal((await first).started, 1)
    await turns()
    assert.equal(begun.length, 2)
    begun[1]?.end(retentionReport({ started: 2 }))
    const reports = await Promise.all(others)
    assert.deepEqual(new Set(reports.map(({ started }) => started)), new Set([2]))
    assert.equal(new Set(reports).size, 1000)
  })

  it('are never dry ones for those who ask for real ones, nor the other way round', async () => {
    const { asked, begun } = runs()
    const both = [asked.ask(true), asked.ask(false)]
    await turns()
    assert.deepEqual(
      begun.map(({ dry }) => dry),
      [true],
    )
    begun[0]?.end(retentionReport({ dry: true }))
    await turns()
    begun[1]?.end(retentionReport())
    assert.deepEqual(
      (await Promise.all(both)).map(({ dry }) => dry),
      [true, false],
    )
  })

  it('tell of a failure all who have asked for it, and go on', async () => {
    const { asked, begun } = runs()
    const failing = [asked.ask(false), asked.ask(false)]
    await turns()
    begun[0]?.fail(new Error('away'))
    for (const each of failing) await assert.rejects(each, /away/)
    const next = asked.ask(false)
    await turns()
    begun[1]?.end(retentionReport())
    await next
  })
})
