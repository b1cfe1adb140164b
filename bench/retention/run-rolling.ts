import { createDatabase } from '../../src/database/create-database'
import { parseDatabaseSettings } from '../../src/database/database-settings'
import type { TierStore } from '../../src/database/tiers/tier-store'
import { systemClock } from '../../src/domain/clock'
import { parseRetentionOptions, type RetentionOptions } from '../../src/retention/retention-options'
import { retaining } from '../../test/support/retaining'
import { EventLoopWatch } from '../support/event-loop'
import { cpuSince_us } from '../support/statistics'
import { DAY, START } from './day'
import type { Hour } from './hours'
import type { RollingResult, RollingTask } from './rolling'

// Rolls up what is stored, as kasa-retention does, and tells what it took: `run-rolling TASK`.

const AROUND = { from: START - 2 * DAY, to: START + 3 * DAY }
const BUCKETS = { hourly: '1h', daily: '1d' } as const

async function main(): Promise<void> {
  const { settings, folder, tiers } = JSON.parse(process.argv[2] ?? '') as RollingTask
  const database = createDatabase({
    settings: parseDatabaseSettings(settings, folder),
    clock: systemClock,
    random: Math.random,
  })
  await database.start()
  const options = parseRetentionOptions({
    raw_keep_days: 0,
    time_zone: 'UTC',
    tiers: tiers.map((name) => ({ name, bucket: BUCKETS[name], keep_days: 0, fields: '' })),
  })
  // That a day of the past lags behind is no fault here.
  const retention = retaining(database, options, systemClock, () => {})
  const watch = new EventLoopWatch()
  const [begin, cpu] = [performance.now(), process.cpuUsage()]
  watch.start()
  await retention.run(false)
  const taken = { seconds: (performance.now() - begin) / 1000, cpu_s: cpuSince_us(cpu) / 1e6, ...watch.stop() }
  const { store } = database.tiers
  const result: RollingResult = {
    ...taken,
    hours: await hoursOf(store, options),
    rows: await Promise.all(options.tiers.map(async (tier) => (await store.measure(tier, AROUND)).rows ?? NaN)),
  }
  await retention.stop()
  await database.stop()
  process.send?.(result, () => process.exit(0))
}

async function hoursOf(store: TierStore, { tiers }: RetentionOptions): Promise<Hour[]> {
  const [tier] = tiers
  if (tier === undefined) return []
  const rows = await store.read({ tier, from: START, to: START + DAY, device_ids: [], fields: ['power_w'] })
  return rows.map(({ device_id, timestamp, energy_kwh = 0, fields }) => {
    return { device_id, timestamp, energy_kwh, mean_w: fields.power_w?.mean ?? 0 }
  })
}

void main()
