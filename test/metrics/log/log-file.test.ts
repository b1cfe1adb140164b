import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { LogLevel, LogLine, LogQuery } from '../../../src/domain/log-line'
import { LogFile } from '../../../src/metrics/log/log-file'
import { FakeClock } from '../../support/fake-clock'

describe('The file of the log', () => {
  let folder: string
  let path: string
  let reported: string[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-log-'))
    path = join(folder, 'kasa-monitor', 'kasa-monitor.log')
    reported = []
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = (maximum_bytes = 1_000_000) => {
    return new LogFile({ path, maximum_bytes, clock: new FakeClock(), report: ({ message }) => reported.push(message) })
  }
  const line = (timestamp: number, level: LogLevel = 'info', more: Partial<LogLine> = {}): LogLine => {
    return { timestamp, level, part: 'kasa-fleet', event: 'note', message: `line ${timestamp}`, ...more }
  }
  const ask = async (file: LogFile, query: Partial<LogQuery> = {}) => {
    const { lines, complete } = await file.query({ level: 'info', limit: 100, ...query })
    return [lines.map(({ timestamp }) => timestamp), complete] as const
  }

  it('has a line of JSON for each, in order, for its owner alone', async () => {
    const file = open()
    const slow = line(2, 'warn', { event: 'slow', duration_ms: 1234, device_id: 'kettle', message: 'one\n{"two"}' })
    file.append(line(1))
    file.append(slow)
    await file.settled()
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    assert.deepEqual(
      lines.map((text) => JSON.parse(text) as unknown),
      [line(1), slow],
    )
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual((await file.query({ level: 'info', limit: 1 })).lines, [slow])
  })

  it('is answered newest first, by level, part and time, and says whether there is more', async () => {
    const file = open()
    for (const [timestamp, level] of [
      [1, 'error'],
      [2, 'info'],
      [3, 'warn'],
    ] as const)
      file.append(line(timestamp, level))
    file.append(line(4, 'error', { part: 'api' }))
    assert.deepEqual(await ask(file), [[4, 3, 2, 1], true])
    assert.deepEqual(await ask(file, { level: 'warn' }), [[4, 3, 1], true])
    assert.deepEqual(await ask(file, { level: 'error', part: 'kasa-fleet' }), [[1], true])
    assert.deepEqual(await ask(file, { since: 2 }), [[4, 3, 2], true])
    assert.deepEqual(await ask(file, { limit: 3 }), [[4, 3, 2], false])
    assert.deepEqual(await ask(file, { limit: 4 }), [[4, 3, 2, 1], true])
  })

  it('is no larger than it may be, nor is the one before it, and both are answered', async () => {
    const file = open(5000)
    for (let timestamp = 1; timestamp <= 300; timestamp++) {
      file.append(line(timestamp))
      await file.settled()
    }
    assert.deepEqual(readdirSync(dirname(path)).sort(), ['kasa-monitor.log', 'kasa-monitor.log.1'])
    for (const name of [path, `${path}.1`]) assert.ok(statSync(name).size <= 5000)
    const [timestamps, complete] = await ask(open(5000), { limit: 1000 })
    assert.ok(timestamps.length > 50 && complete)
    assert.deepEqual(
      timestamps,
      timestamps.map((_, index) => 300 - index),
    )
  })

  it('goes on where it ended, past what is no line of it', async () => {
    const first = open()
    first.append(line(1))
    await first.settled()
    appendFileSync(
      path,
      '{"timestamp":2,"level":"info"}\nnull\n[]\n{"timestamp":"3","__proto__":{"level":"info"}}\n{"cut sh',
    )
    const second = open()
    second.append(line(4))
    second.append(line(5))
    assert.deepEqual(await ask(second), [[5, 1], true])
  })

  it('leaves out what the disk cannot take, and says how much', async () => {
    const file = open()
    for (let timestamp = 1; timestamp <= 5000; timestamp++) file.append(line(timestamp))
    const { lines } = await file.query({ level: 'warn', limit: 10 })
    assert.deepEqual(
      lines.map(({ event, message }) => [event, message.split(' ')[0]]),
      [['left_out', '3999']],
    )
  })

  it('that cannot be written is told once, and is written again when it can', async () => {
    mkdirSync(path, { recursive: true })
    const file = open()
    for (const timestamp of [1, 2]) {
      file.append(line(timestamp))
      await file.settled()
    }
    assert.equal(reported.length, 1)
    rmSync(path, { recursive: true })
    file.append(line(3))
    assert.deepEqual(await ask(file), [[3], true])
  })
})
