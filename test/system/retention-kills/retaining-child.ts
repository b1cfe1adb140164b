import { createDatabase } from '../../../src/database/create-database'
import type { Database } from '../../../src/database/database'
import { parseDatabaseSettings } from '../../../src/database/database-settings'
import { systemClock } from '../../../src/domain/clock'
import { retaining } from '../../support/retaining'
import { unlocked } from '../storage/stores'
import type { RetainingOrder } from './retaining-process'
import { NOW, retentionOf } from './scenario'

// Reads a list of orders, opens those databases, keeps the tiers of each of them once, and says so by their numbers.

async function opened({ settings, folder }: RetainingOrder): Promise<Database> {
  const database = createDatabase({
    // So that much is under way at any moment.
    settings: parseDatabaseSettings({ ...settings, batch_delay_ms: 5 }, folder),
    clock: systemClock,
    random: Math.random,
  })
  await unlocked(database)
  return database
}

async function retain(database: Database, { settings, wait_ms }: RetainingOrder): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, wait_ms))
  const retention = retaining(database, retentionOf(settings.kind), { ...systemClock, now: () => NOW })
  await retention.run(false)
  await retention.stop()
  await database.stop()
}

async function main(): Promise<void> {
  const text = await new Promise((resolve) => process.stdin.once('data', resolve))
  const orders = JSON.parse(String(text)) as RetainingOrder[]
  const databases = await Promise.all(orders.map(opened))
  process.stdout.write('begins\n')
  const retained = orders.map(async (order, index) => {
    await retain(databases[index] as Database, order)
    process.stdout.write(`${index}\n`)
  })
  await Promise.all(retained)
  process.exit()
}

void main()
