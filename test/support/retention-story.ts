import assert from 'node:assert/strict'
import type { Sample } from '../../src/database/roll-up/sample'
import type { TimeRange } from '../../src/database/history/record-source'
import { coversLess, differences } from '../../src/database/roll-up/comparison'
import { Rolling } from '../../src/database/roll-up/rolling'
import type { RollUp } from '../../src/database/tiers/roll-up'
import { STEP_KWH } from '../../src/domain/energy-counter'
import { MEASURED_KEYS } from '../../src/domain/reading'
import { seededRandom } from '../../src/simulator/seeded-random'
import type { Random } from '../../src/domain/clock'
import type { Fault, TierCall } from './memory-tiers'
import { DAY, MINUTE, RetentionStage } from './retention-stage'

export const DEVICES = ['a', 'b'] as const
/** Readings come no later than that: what comes when raw readings are gone cannot be right. */
const LATEST_MS = 1.5 * DAY

interface Trouble {
  /** At which call of the run. */
  readonly at: number
  readonly what: Fault | 'kill'
}

/** A household in virtual time, whose readings are known; it knows what retention has to make of them. */
export class RetentionStory {
  readonly stage: RetentionStage
  /** All readings that ever came, by device, in order. */
  private readonly ever = new Map<string, Sample[]>()
  private readonly counters = new Map<string, number>()
  private readonly random: Random
  private newest = -Infinity
  private best = new Map<string, RollUp>()

  constructor(plan: Readonly<Record<string, unknown>>, seed: number) {
    this.random = seededRandom(seed)
    this.stage = new RetentionStage(settings(plan), 30 * MINUTE)
    for (const device_id of DEVICES) this.ever.set(device_id, [])
  }

  plan(plan: Readonly<Record<string, unknown>>): void {
    this.stage.again(settings(plan))
    this.best.clear()
  }

  /** Not so far back that readings came too late. */
  jump(by_ms: number): void {
    const { clock } = this.stage
    const least = this.newest + 2 * MINUTE - LATEST_MS
    clock.jump(Math.max(by_ms, Math.min(0, least - clock.now())))
  }

  live(duration_ms: number, every_ms: number, silent: readonly string[]): void {
    const { clock } = this.stage
    const end = clock.now() + duration_ms
    while (clock.now() < end) {
      clock.jump(Math.ceil(every_ms * (0.5 + this.random())))
      for (const device_id of DEVICES) if (!silent.includes(device_id)) this.say(device_id, clock.now())
    }
  }

  /** The counter stands where it would have stood. */
  late(device_id: string, ago_ms: number, power_w: number): void {
    const moment = Math.floor(Math.max(this.stage.clock.now() - ago_ms, this.newest - LATEST_MS))
    const known = this.ever.get(device_id) ?? []
    const before = known.findLast(({ timestamp }) => timestamp <= moment)
    const after = known.find(({ timestamp }) => timestamp >= moment)
    if (!before || !after) return
    const [low, high] = [counterOf(before), counterOf(after)]
    if (high < low) return
    this.store(device_id, moment, power_w, low + (high - low) * this.random())
  }

  async run(trouble?: Trouble): Promise<void> {
    const { stage } = this
    let calls = 0
    let kill: () => void = () => {}
    const killed = new Promise<'killed'>((resolve) => (kill = () => resolve('killed')))
    const isNow = () => trouble !== undefined && calls++ === trouble.at
    let last: TierCall | undefined
    stage.tiers.fault = (call) => {
      const before = last
      last = call
      if (!trouble || !isNow()) return undefined
      if (trouble.what !== 'kill' && !trouble.what.startsWith('hang'))
        return faultAt(trouble.what as Fault, call, before)
      kill()
      return trouble.what === 'hang_after' ? 'hang_after' : 'hang'
    }
    stage.catalog.onSave = () => {
      if (!trouble || !isNow()) return Promise.resolve()
      if (trouble.what === 'fail') return Promise.reject(new Error('the disk is full'))
      if (trouble.what !== 'kill') return Promise.resolve()
      kill()
      return new Promise(() => {})
    }
    stage.tiers.onCall = (call, when) => {
      if (when === 'before') return
      const { tier = '', rows = [] } = stage.tiers.written.pop() ?? {}
      this.assertNoneIsWorse(tier, rows)
      if (call === 'expire') this.assertNothingLost()
    }
    const ended = stage.run().then(
      () => 'done',
      (thrown: unknown) => {
        if (!trouble || thrown instanceof assert.AssertionError) throw thrown
        return 'failed'
      },
    )
    if ((await Promise.race([killed, ended])) === 'killed') stage.again()
    stage.tiers.fault = () => undefined
    stage.catalog.onSave = () => Promise.resolve()
  }

  /** Each good reading is there itself, or in a row that has seen as many as there have been; and no row gets worse. */
  assertNothingLost(): void {
    const rows = this.allRows()
    for (const [device_id, all] of this.ever) {
      const raw = new Set(this.stage.tiers.readings(device_id).map(({ timestamp }) => timestamp))
      const ever = all.filter(({ suspect }) => !suspect).map(({ timestamp }) => timestamp)
      const gone = ever.filter((timestamp) => !raw.has(timestamp))
      if (gone.length === 0) continue
      const covered = new Set<number>()
      for (const row of rows.filter((each) => each.device_id === device_id)) {
        const own = within(ever, row)
        const missing = own.filter((timestamp) => !raw.has(timestamp))
        for (const timestamp of missing) covered.add(timestamp)
        const isEnough = missing.length === 0 || row.samples >= own.length
        assert.ok(isEnough, `${device_id} ${iso(row.timestamp)}: ${row.samples} of ${own.length} readings`)
      }
      for (const timestamp of gone) {
        assert.ok(covered.has(timestamp), `${device_id} ${iso(timestamp)} is neither raw nor rolled up`)
      }
    }
  }

  /** All that is due is rolled up, and says what `Rolling` says of all readings that ever came. */
  assertTruth(): void {
    const { catalog, tiers, clock } = this.stage
    for (const [index, tier] of (catalog.plan?.tiers ?? []).entries()) {
      const reached = catalog.watermark(tier.name) ?? 0
      assert.ok(
        reached > Math.min(clock.now(), this.newest) - 1.3 * DAY,
        `${tier.name} is rolled up to ${iso(reached)}`,
      )
      assert.deepEqual(catalog.dirty(tier.name), [])
      for (const [device_id, ever] of this.ever) {
        const rows = tiers.rows(tier.name).filter((row) => row.device_id === device_id && row.timestamp < reached)
        const buckets = bucketsOf(rows, reached)
        const rolling = new Rolling({ buckets, maximum_gap_ms: tiers.maximum_gap_ms, fields: [] })
        for (const sample of ever) rolling.push(sample)
        const truth = rolling.finish().map((row): RollUp => ({ device_id, ...row }))
        const found = new Map(rows.map((row) => [row.timestamp, row]))
        for (const row of truth) {
          const stored = found.get(row.timestamp)
          if (!stored && row.samples === 0 && row.energy_kwh === undefined) continue
          assert.ok(stored, `${tier.name} of ${device_id} has nothing from ${iso(row.timestamp)}`)
          assertSame(stored, row, index === 0 ? 'finest' : dipsOf(ever, row))
        }
      }
    }
  }

  private assertNoneIsWorse(tier: string, rows: readonly RollUp[]): void {
    for (const row of rows) {
      const key = `${tier} ${row.device_id} ${row.timestamp} ${row.duration_ms}`
      const before = this.best.get(key)
      assert.ok(!before || !coversLess(row, before), `a lower row of ${key} replaces a better one`)
      this.best.set(key, row)
    }
  }

  private allRows(): RollUp[] {
    const { catalog, tiers } = this.stage
    return (catalog.plan?.tiers ?? []).flatMap(({ name }) => tiers.rows(name))
  }

  private say(device_id: string, moment: number): void {
    const power_w = this.random() < 0.5 ? 2 : Math.floor(2000 * this.random())
    const counter = this.random() < 0.01 ? 0 : (this.counters.get(device_id) ?? 0) + 0.2 * this.random()
    this.counters.set(device_id, counter)
    this.store(device_id, moment, power_w, counter)
  }

  private store(device_id: string, timestamp: number, power_w: number, counter: number): void {
    const energy_kwh = Math.round(counter * 1e4) / 1e4
    const quality = this.random() < 0.02 ? ('suspect' as const) : ('good' as const)
    const reading = this.stage.reading(timestamp, device_id, { power_w, energy_kwh, quality, on: power_w > 10 })
    const ever = this.ever.get(device_id) ?? []
    const values = MEASURED_KEYS.map((key) => Number(reading[key] ?? Number.NaN))
    const before = ever.findLastIndex((sample) => sample.timestamp <= timestamp)
    if (ever[before]?.timestamp === timestamp) return
    ever.splice(before + 1, 0, { timestamp, suspect: quality === 'suspect', values })
    this.newest = Math.max(this.newest, timestamp)
    this.stage.put(reading)
  }
}

function settings(plan: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { raw_keep_days: 3, delay_minutes: 30, ...plan }
}

/** A store may lie about what was written just now; what lies about all else can be no base for anything. */
function faultAt(what: Fault, call: TierCall, before: TierCall | undefined): Fault | undefined {
  if (what === 'lie') return call === 'read' && before === 'write' ? 'lie' : undefined
  if (what === 'forget') return call === 'write' || call === 'expire' ? 'forget' : undefined
  return what
}

/** Of rows, and of what is between them. */
function bucketsOf(rows: readonly RollUp[], until: number): TimeRange[] {
  const buckets: TimeRange[] = []
  for (const { timestamp: from, duration_ms } of rows) {
    const end = buckets.at(-1)?.to ?? from
    assert.ok(end <= from, `rows overlap at ${iso(from)}`)
    if (end < from) buckets.push({ from: end, to: from })
    buckets.push({ from, to: from + duration_ms })
  }
  const end = buckets.at(-1)?.to ?? until
  return end < until ? [...buckets, { from: end, to: until }] : buckets
}

/** @param dips_kwh where it is made of rows that are shorter, and of which none goes below 0 */
function assertSame(stored: RollUp, truth: RollUp, dips_kwh: number | 'finest'): void {
  const { device_id, timestamp } = truth
  if (dips_kwh === 'finest') return assert.deepEqual(differences(stored, truth), [], `${device_id} ${iso(timestamp)}`)
  const { samples, covered_s, first_timestamp, last_timestamp } = truth
  const told = { samples: stored.samples, covered_s: stored.covered_s }
  const ends = { first_timestamp: stored.first_timestamp, last_timestamp: stored.last_timestamp }
  assert.deepEqual({ ...told, ...ends }, { samples, covered_s, first_timestamp, last_timestamp }, iso(timestamp))
  const off = Math.abs((stored.energy_kwh ?? 0) - (truth.energy_kwh ?? 0))
  assert.ok(off < 0.001 + dips_kwh, `${device_id} ${iso(timestamp)}: ${stored.energy_kwh}, not ${truth.energy_kwh} kWh`)
}

/** By how much the counter falls within its noise, as where readings from before a clock was set back lie between others, kWh. */
function dipsOf(ever: readonly Sample[], { timestamp, duration_ms }: RollUp): number {
  const good = ever.filter(({ suspect }) => !suspect)
  const falls = good.map((each, index) => {
    const isInside = each.timestamp >= timestamp && each.timestamp < timestamp + duration_ms
    return isInside && index > 0 ? counterOf(good[index - 1] as Sample) - counterOf(each) : 0
  })
  return falls.filter((fall) => fall > 0 && fall <= STEP_KWH).reduce((sum, fall) => sum + fall, 0)
}

function counterOf({ values }: Sample): number {
  return values[MEASURED_KEYS.indexOf('energy_kwh')] as number
}

/** Of moments in order, those in the row. */
function within(moments: readonly number[], { timestamp, duration_ms }: RollUp): readonly number[] {
  return moments.slice(firstFrom(moments, timestamp), firstFrom(moments, timestamp + duration_ms))
}

function firstFrom(moments: readonly number[], moment: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle] as number) < moment) low = middle + 1
    else high = middle
  }
  return low
}

function iso(moment: number): string {
  return new Date(moment).toISOString()
}
