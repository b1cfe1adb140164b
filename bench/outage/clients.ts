import { InfluxDB as InfluxClient, Point, setLogger, type WriteApi } from '@influxdata/influxdb-client'
import { InfluxDB as Influx } from 'influx'
import { createDatabase } from '../../src/database/create-database'
import type { Database } from '../../src/database/database'
import { parseDatabaseSettings } from '../../src/database/database-settings'
import { systemClock } from '../../src/domain/clock'
import type { Reading } from '../../src/domain/reading'
import type { Client, Target } from './client'

const PATIENCE_MS = 30_000

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

/** Ours, with its defaults. */
export class Spooled implements Client {
  readonly name = 'spooled'
  private database: Database | undefined

  async start({ url, database, folder }: Target): Promise<void> {
    const settings = parseDatabaseSettings({ kind: 'influx1', url, database }, folder)
    this.database = createDatabase({ settings, clock: systemClock, random: Math.random })
    await this.database.start()
  }

  async write(reading: Reading): Promise<void> {
    await this.database?.write([reading])
  }

  async end(): Promise<void> {
    // In trouble it does not wait.
    for (const limit = Date.now() + PATIENCE_MS; Date.now() < limit; await pause(1000)) {
      if (await this.database?.settle(PATIENCE_MS)) break
    }
    await this.database?.stop()
  }
}

/** `influx`: a request for each reading. What it rejects is gone, for it keeps nothing. */
export class InfluxPackage implements Client {
  readonly name = 'influx'
  private influx: Influx | undefined

  async start({ url, database }: Target): Promise<void> {
    const { hostname: host, port } = new URL(url)
    this.influx = new Influx({ host, port: Number(port), database })
  }

  async write(reading: Reading): Promise<void> {
    const { device_id, model, timestamp, power_w } = reading
    const point = { measurement: 'reading', tags: { device_id, model }, fields: { power_w }, timestamp }
    await this.influx?.writePoints([point], { precision: 'ms' })
  }

  async end(): Promise<void> {}
}

/** `@influxdata/influxdb-client` with its defaults, told the path of InfluxDB 1.x. */
export class ClientPackage implements Client {
  readonly name: string = '@influxdata/influxdb-client'
  protected writer: WriteApi | undefined

  async start({ url, database }: Target): Promise<void> {
    // It would print every attempt.
    setLogger({ error: () => {}, warn: () => {} })
    this.writer = new InfluxClient({ url }).getWriteApi('', '', 'ms')
    this.writer.path = `/write?db=${database}&precision=ms`
  }

  async write({ device_id, model, timestamp, power_w = NaN }: Reading): Promise<void> {
    const point = new Point('reading').tag('device_id', device_id).tag('model', model)
    this.writer?.writePoint(point.floatField('power_w', power_w).timestamp(timestamp))
  }

  async end(): Promise<void> {
    await this.writer?.close()
  }
}

/** What the nodes of node-red-contrib-influxdb do with that package for InfluxDB 2.x: each message ends in a flush. */
export class ContribPattern extends ClientPackage {
  override readonly name = 'node-red-contrib-influxdb'

  override async write(reading: Reading): Promise<void> {
    await super.write(reading)
    await this.writer?.flush(true)
  }
}
