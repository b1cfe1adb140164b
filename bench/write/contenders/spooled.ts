import { createDatabase } from '../../../src/database/create-database'
import type { Database } from '../../../src/database/database'
import { parseDatabaseSettings } from '../../../src/database/database-settings'
import { systemClock } from '../../../src/domain/clock'
import type { Contender, WriteTask } from '../contender'
import type { Samples } from '../samples'

const POINTS_PER_CALL = 1000
const PATIENCE_MS = 60_000

/** Ours, whole: checks, encoder, spool with an `fdatasync` for each call, sender, InfluxDB 1.x. */
export class Spooled implements Contender {
  private database: Database | undefined
  private samples: Samples | undefined

  async start({ url, database, folder }: WriteTask, samples: Samples): Promise<void> {
    const settings = parseDatabaseSettings({ kind: 'influx1', url, database }, folder)
    this.database = createDatabase({ settings, clock: systemClock, random: Math.random })
    this.samples = samples
    await this.database.start()
  }

  async write(duration_ms: number): Promise<number> {
    const [database, samples] = [this.database as Database, this.samples as Samples]
    const end = performance.now() + duration_ms
    let points = 0
    while (performance.now() < end) {
      const { accepted } =
        samples.shape === 'reading'
          ? await database.write(samples.readings(POINTS_PER_CALL))
          : await database.writePoints(samples.points(POINTS_PER_CALL))
      points += accepted
    }
    if (!(await database.settle(PATIENCE_MS))) throw new Error('not all is stored after a minute')
    return points
  }

  async stop(): Promise<void> {
    await this.database?.stop()
  }
}
