import { aReading, START } from '../../support/database-samples'
import { SqliteDatabase } from '../../../src/database/sqlite/sqlite-database'

// Writes readings one after another and tells each that was acknowledged, until it is killed.
async function main(file: string, first: number): Promise<void> {
  const database = new SqliteDatabase({ settings: { file, batch_delay_ms: 1 } })
  await database.start()
  for (let step = first; ; step += 5) {
    const readings = [0, 1, 2, 3, 4].map((index) =>
      aReading({ timestamp: START + step + index, power_w: step + index }),
    )
    await database.write(readings)
    process.stdout.write(`${step}\n`)
  }
}

void main(process.argv[2] as string, Number(process.argv[3]))
