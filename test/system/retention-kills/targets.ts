import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import type { Influxd } from '../../support/influx-servers'
import { withStore } from '../../support/influx-store'
import { makeStore, openFile, readingLines } from '../../support/sqlite'
import { readings, type Asked } from './scenario'

/** More than there are. */
const ROWS = 1000

/** A database that is retained. */
export interface Target {
  /** Of `parseDatabaseSettings`. */
  readonly settings: Readonly<Record<string, string>>
  /** For its spool. */
  readonly folder: string
  /** Brings it back to where nothing has been rolled up. */
  refill(): Promise<void>
  /** Asks as a process does that comes next. */
  ask<Answer>(question: (tiers: Asked) => Promise<Answer>): Promise<Answer>
}

export class SqliteTarget implements Target {
  readonly settings: Readonly<Record<string, string>>
  readonly folder: string
  private readonly file: string

  /** @param full the file that they all begin with, made once */
  constructor(
    folder: string,
    name: string,
    private readonly full = join(folder, 'full.sqlite'),
  ) {
    this.folder = join(folder, name)
    this.file = join(this.folder, 'home.sqlite')
    this.settings = { kind: 'sqlite', file: this.file }
  }

  async refill(): Promise<void> {
    if (!existsSync(this.full)) {
      const store = makeStore(this.full)
      await store.send(readingLines(...readings()))
      await store.stop()
    }
    rmSync(this.folder, { recursive: true, force: true })
    mkdirSync(this.folder)
    copyFileSync(this.full, this.file)
  }

  /** A copy of it with its log, so that the next process finds all as it was left. */
  async ask<Answer>(question: (tiers: Asked) => Promise<Answer>): Promise<Answer> {
    const copy = `${this.folder}-copy`
    rmSync(copy, { recursive: true, force: true })
    mkdirSync(copy)
    for (const end of ['', '-wal']) if (existsSync(this.file + end)) cpSync(this.file + end, join(copy, `file${end}`))
    const file = openFile(join(copy, 'file'))
    try {
      return await question({
        count: async (order) => file.tiers.count(order),
        read: async (query) => [...(await file.tiers.readRollUps({ ...query, limit: ROWS })).rows],
        rollUp: async (order) => [...(await file.tiers.rollUp(order))],
      })
    } finally {
      file.close()
    }
  }
}

export class InfluxdTarget implements Target {
  readonly settings: Readonly<Record<string, string>>
  readonly folder: string

  constructor(
    private readonly server: Influxd,
    folder: string,
    private readonly name: string,
  ) {
    this.folder = join(folder, name)
    this.settings = { kind: 'influx1', url: server.url, database: name }
  }

  async refill(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true })
    await this.server.query(`DROP DATABASE "${this.name}"`)
    await this.server.query(`CREATE DATABASE "${this.name}"`)
    await this.inStore((store) => store.send(readingLines(...readings())))
  }

  ask<Answer>(question: (tiers: Asked) => Promise<Answer>): Promise<Answer> {
    return this.inStore(({ tiers }) => question(tiers))
  }

  private inStore<Answer>(run: Parameters<typeof withStore<Answer>>[1]): Promise<Answer> {
    return withStore(parseInflux1Options({ url: this.server.url, database: this.name }), run)
  }
}
