import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { LoadHome } from '../../bench/load/home'
import { runLoad } from '../../bench/load/load'
import { writeReport } from '../../bench/load/report'
import { grows } from '../../bench/load/slope'

describe('A run under load', () => {
  it('makes a report of what a real Node-RED has answered, for people and for programs', async function () {
    this.timeout(90_000)
    const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-test-'))
    const home = new LoadHome()
    try {
      await home.start(5)
      const report = await runLoad(home, { devices: 5, clients: 2, requests_per_s: 10, seconds: 3 })
      const path = writeReport(report, folder)
      const written = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as typeof report
      const [answers, , held] = written.tables
      assert.equal(answers?.rows.all?.requests, 30)
      assert.deepEqual(home.faults, [])
      // Each question is answered; how fast, nobody says.
      const statuses = report.verdicts.join()
      assert.doesNotMatch(statuses, /\b[45]\d\d\b: |no answer/)
      assert.ok(Number(held?.rows.after?.rss_mb) > 10)
      assert.match(readFileSync(`${path}.md`, 'utf8'), /## Answers[^]*\| overview \| [^]*## What it held/)
    } finally {
      await home.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('What grows', () => {
  const looks = Array.from({ length: 20 }, (_, look) => look)
  /** As garbage comes and goes. */
  const noise = (look: number) => 100 + ((look * 7) % 5) - 2
  const seen = (value: (look: number) => number) => looks.map((look) => ({ at_s: look * 60, value: value(look) }))

  it('is said to where it goes on growing', () => {
    const growing = seen((look) => noise(look) + 3 * look)
    assert.ok(grows(growing, 0.1))
  })

  it('is not said to where it goes up and down, or has filled at the beginning', () => {
    assert.ok(!grows(seen(noise), 0.1))
    const filled = seen((look) => noise(look) + 20 * Math.min(look, 8))
    assert.ok(!grows(filled, 0.1))
  })
})
