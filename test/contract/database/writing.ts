import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START } from '../../support/database-samples'
import { refusal, type Subject } from './subject'

/** What is accepted, and what is turned away. */
export function describeWriting(subject: Subject): void {
  describe('writing', () => {
    it('gives back every value as it was, and keeps absent what was absent', async () => {
      const device_id = subject.newDevice()
      const full = aReading({ ...EVERYTHING, device_id })
      const bare = aReading({ device_id, timestamp: START + 1 })
      assert.deepEqual(await subject.keep([full, bare]), { accepted: 2, skipped: 0 })
      const { rows } = await subject.ask({ device_ids: device_id, order: 'oldest-first' })
      const expected = { device_id, timestamp: START, quality: 'good', ...EVERYTHING }
      assert.deepEqual(rows, [expected, { device_id, timestamp: START + 1, quality: 'good' }])
    })

    it('changes nothing when the same readings come again', async () => {
      const device_id = subject.newDevice()
      const readings = [5, 6].map((power_w, step) => aReading({ device_id, timestamp: START + step, power_w }))
      await subject.keep(readings)
      assert.deepEqual(await subject.keep([...readings, ...readings]), { accepted: 4, skipped: 0 })
      const { rows } = await subject.ask({ device_ids: device_id, fields: 'power_w', order: 'oldest-first' })
      const expected = [5, 6].map((power_w, step) => ({ device_id, timestamp: START + step, quality: 'good', power_w }))
      assert.deepEqual(rows, expected)
    })

    it('keeps numbers in the resolution of their field, and moments in whole milliseconds', async () => {
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id, timestamp: START + 0.75, power_w: 12.34567, brightness_pct: 54.6 })])
      const { rows } = await subject.ask({ device_ids: device_id })
      assert.deepEqual(rows, [{ device_id, timestamp: START, quality: 'good', power_w: 12.346, brightness_pct: 55 }])
    })

    it('gives back names of any characters', async () => {
      const odd = ' a,b=c "d" \\e\\ ü🔌 '
      const device_id = `${subject.newDevice()}${odd}`
      const written = aReading({ device_id, parent_id: odd, alias: `${odd}\n`, model: odd, host: odd })
      await subject.keep([written])
      const [found] = await subject.database.latest([device_id])
      assert.deepEqual(found, written)
    })

    it('leaves out readings from the cache', async () => {
      const device_id = subject.newDevice()
      const result = await subject.keep([aReading({ device_id, source: 'cache' })])
      assert.deepEqual(result, { accepted: 0, skipped: 1 })
      assert.deepEqual(await subject.database.latest([device_id]), [])
    })

    it('marks what is out of the physical range, and keeps it', async () => {
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id, power_w: 5000 })])
      const { rows } = await subject.ask({ device_ids: device_id })
      assert.deepEqual(rows, [{ device_id, timestamp: START, quality: 'suspect', power_w: 5000 }])
    })

    it('takes no reading at all', async () => {
      assert.deepEqual(await subject.keep([]), { accepted: 0, skipped: 0 })
    })

    const hostile: [string, string, unknown][] = [
      ['power that is no number', 'readings[1].power_w', { power_w: Number.NaN }],
      ['endless power', 'readings[1].power_w', { power_w: Number.POSITIVE_INFINITY }],
      ['power as text', 'readings[1].power_w', { power_w: '12' }],
      ['an empty device', 'readings[1].device_id', { device_id: '' }],
      ['a device with a hidden end', 'readings[1].device_id', { device_id: 'a\0b' }],
      ['a huge alias', 'readings[1].alias', { alias: 'x'.repeat(100_000) }],
      ['a moment in the past century', 'readings[1].timestamp', { timestamp: 5 }],
      ['an unknown source', 'readings[1].source', { source: 'guess' }],
      ['an unknown key', 'readings[1]', { watts: 5 }],
      ['a key that reaches for the prototype', 'readings[1]', JSON.parse('{"__proto__":{"polluted":true}}')],
    ]
    for (const [what, field, own] of hostile) {
      it(`refuses ${what} by its name, and then nothing of the call is written`, async () => {
        const device_id = subject.newDevice()
        const bad = new Map<string, unknown>(Object.entries(aReading({ device_id })))
        for (const [key, value] of Object.entries(own as object)) bad.set(key, value)
        const error = await refusal(subject.database.write([aReading({ device_id }), fromEntries(bad)]))
        assert.equal(error.code, 'INPUT_INVALID')
        assert.equal(error.details.field, field)
        assert.ok(error.details.range)
        assert.ok(error.message.length < 300)
        assert.deepEqual(await subject.database.latest([device_id]), [])
        assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
      })
    }

    it('refuses what is no list, and what is no reading', async () => {
      assert.equal((await refusal(subject.database.write(null as never))).code, 'INPUT_INVALID')
      assert.equal((await refusal(subject.database.write([null as never]))).code, 'INPUT_INVALID')
    })

    it('never throws anything of its own at odd values', async () => {
      const own = fc.dictionary(fc.constantFrom(...Object.keys(aReading(EVERYTHING))), fc.anything())
      await fc.assert(
        fc.asyncProperty(own, async (values) => {
          const bad = new Map<string, unknown>([...Object.entries(aReading()), ...Object.entries(values)])
          await subject.database
            .write([fromEntries(bad)])
            .catch((error: unknown) => assert.ok(error instanceof MonitorError))
        }),
        { numRuns: 30 },
      )
    })
  })
}

const EVERYTHING = {
  on: false,
  power_w: 0,
  voltage_v: 229.987,
  current_a: 0.013,
  energy_kwh: 1234.5678,
  energy_today_kwh: 0,
  energy_month_kwh: 12.345,
  energy_total_kwh: 999.999,
  brightness_pct: 55,
  color_temp_k: 2700,
  hue_deg: 0,
  saturation_pct: 100,
  temperature_c: -12.34,
  target_temperature_c: 21.5,
  humidity_pct: 45.67,
  battery_pct: 99,
  battery_low: true,
  overheated: false,
  overloaded: true,
  motion: false,
  contact_open: true,
  water_leak: false,
  rssi_dbm: -61,
  latency_ms: 12.3,
} satisfies Partial<Reading>

/** As a flow might build it: own keys of any name. */
function fromEntries(entries: ReadonlyMap<string, unknown>): Reading {
  return Object.fromEntries(entries) as unknown as Reading
}
