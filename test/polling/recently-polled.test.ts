import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecentReading } from '../../src/polling/reads'
import { PollerBench } from '../support/poller-bench'
import { reading } from '../support/readings'
import type { ScriptedDevice } from '../support/scripted-integration'

const MINIMUM_MS = 500
const elsewhere = (given: Partial<Reading> = {}) => reading({ device_id: 'plug', host: 'h', power_w: 77, ...given })

/** A plug that was polled once, `MINIMUM_MS` and more ago. */
async function setUp(recent: RecentReading): Promise<{ bench: PollerBench; device: ScriptedDevice }> {
  const bench = new PollerBench({ interval_ms: 60_000, minimum_ms: MINIMUM_MS, recent })
  const device = bench.network.add('h', 'plug')
  bench.add('h')
  await bench.run(5000)
  assert.equal(device.polls.length, 1)
  return { bench, device }
}

async function ask(bench: PollerBench): Promise<Reading> {
  const read = bench.poller.readNow(bench.unit('plug'))
  await bench.run(200)
  return read
}

describe('A reading that is asked for, where others may have polled the device', () => {
  it('is theirs, marked as cached, and the device is left alone', async () => {
    const asked: [string, number][] = []
    const { bench, device } = await setUp(async (...question) => {
      asked.push(question)
      return elsewhere()
    })
    const { source, power_w } = await ask(bench)
    assert.deepEqual([source, power_w], ['cache', 77])
    assert.deepEqual(asked, [['plug', MINIMUM_MS]])
    assert.equal(device.polls.length, 1)
    assert.equal(bench.poller.statistics().cached_reads, 1)
  })

  it('is told to nobody else: it is not news', async () => {
    const { bench } = await setUp(async () => elsewhere())
    const told = bench.readings.length
    await ask(bench)
    assert.equal(bench.readings.length, told)
    assert.notEqual(bench.unit('plug').latest?.power_w, 77)
  })

  it('keeps the lifetime counter of this fleet, which is not theirs', async () => {
    const { bench } = await setUp(async () => elsewhere({ energy_kwh: 1234 }))
    const { energy_kwh } = bench.readings.at(-1) as Reading
    assert.notEqual(energy_kwh, undefined)
    assert.equal((await ask(bench)).energy_kwh, energy_kwh)
  })

  const troubles: [string, RecentReading][] = [
    ['nobody has', async () => undefined],
    ['that fails', () => Promise.reject(new MonitorError('CACHE_UNAVAILABLE', 'gone'))],
    [
      'that throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['that never answers', () => new Promise(() => {})],
    ['the answer is of another device', async () => elsewhere({ device_id: 'lamp' })],
  ]
  for (const [title, recent] of troubles) {
    it(`is polled where ${title}`, async () => {
      const { bench, device } = await setUp(recent)
      const { source, power_w } = await ask(bench)
      assert.deepEqual([source, power_w], ['poll', 10])
      assert.equal(device.polls.length, 2)
      assert.deepEqual(bench.reports, [])
    })
  }

  it('is asked for once, for all who want it at the same time', async () => {
    let questions = 0
    const { bench, device } = await setUp(async () => {
      questions++
      return undefined
    })
    const readings = await Promise.all([ask(bench), ask(bench), ask(bench)])
    assert.ok(readings.every(({ source }) => source === 'poll'))
    assert.equal(questions, 1)
    assert.equal(device.polls.length, 2)
  })

  it('is the poll that was due meanwhile, whatever comes later', async () => {
    let answer: (found: Reading) => void = () => {}
    const { bench, device } = await setUp(() => new Promise((resolve) => (answer = resolve)))
    bench.clock.advance(bench.unit('plug').due_ms - bench.clock.monotonic() - 15)
    const read = bench.poller.readNow(bench.unit('plug'))
    assert.equal(device.polls.length, 1)
    bench.clock.advance(40)
    answer(elsewhere())
    assert.equal((await read).source, 'poll')
    assert.equal(device.polls.length, 2)
  })

  it('is refused where the device rests, unless others have it', async () => {
    const found: Reading[] = []
    const { bench } = await setUp(async () => found[0])
    bench.network.devices.delete('h')
    await bench.run(400_000)
    assert.equal(bench.unit('plug').state, 'offline')
    const refused = bench.poller.readNow(bench.unit('plug')).catch((error: MonitorError) => error.code)
    await bench.run(5100)
    assert.ok(['CIRCUIT_OPEN', 'REPLY_TIMEOUT'].includes(String(await refused)))
    found.push(elsewhere())
    assert.equal((await ask(bench)).power_w, 77)
  })

  it('is refused when the device is no longer polled, and asks nobody then', async () => {
    let answer: (found: Reading | undefined) => void = () => {}
    const { bench, device } = await setUp(() => new Promise((resolve) => (answer = resolve)))
    const failing = assert.rejects(bench.poller.readNow(bench.unit('plug')), { code: 'CLOSED' })
    bench.poller.stop()
    await failing
    answer(undefined)
    await bench.run(1000)
    assert.equal(device.polls.length, 1)
    assert.equal(bench.clock.pending, 0)
  })

  it('is never looked for before a poll of its own time', async () => {
    let questions = 0
    const { bench, device } = await setUp(async () => {
      questions++
      return elsewhere()
    })
    await bench.run(300_000, 500)
    assert.ok(device.polls.length >= 5)
    assert.equal(questions, 0)
  })
})
