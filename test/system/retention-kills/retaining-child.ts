import { systemClock } from '../../../src/domain/clock'
import { retaining } from '../../support/retaining'
import { openDatabase, unlocked } from '../storage/stores'
import { retentionOf } from './scenario'

// Opens a database when it is told to, keeps its tiers once, and says so: `retaining-child TARGET FOLDER NOW`.

async function main([target = '', folder = '', now = '']: string[]): Promise<void> {
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const database = openDatabase(target, folder)
  await unlocked(database)
  const retention = retaining(database, retentionOf(target), { ...systemClock, now: () => Number(now) })
  process.stdout.write('begins\n')
  await retention.run(false)
  process.stdout.write('done\n')
  await retention.stop()
  await database.stop()
  process.exit()
}

void main(process.argv.slice(2))
