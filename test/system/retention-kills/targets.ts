import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import type { Store } from '../../../src/database/store'
import type { Influxd } from '../../support/influx-servers'
import { withStore } from '../../support/influx-store'
import { makeStore, readingLines } from '../../support/sqlite'
import { INFLUX_DATABASE } from '../storage/stores'
import { readings } from './scenario'

/** What is retained, in a folder that its spool lies in too. */
export interface Target {
  /** File or address. */
  readonly place: string
  readonly folder: string
  /** Brings it back to where nothing has been rolled up. */
  refill(): Promise<void>
  /** Asks as a process does that comes next. */
  ask<Answer>(question: (store: Store) => Promise<Answer>): Promise<Answer>
}

export class SqliteTarget implements Target {
  readonly place: string
  readonly folder: string
  private readonly full: string

  constructor(folder: string) {
    this.full = join(folder, 'full')
    this.folder = join(folder, 'retained')
    this.place = join(this.folder, 'home.sqlite')
  }

  async refill(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true })
    if (existsSync(this.full)) return cpSync(this.full, this.folder, { recursive: true })
    mkdirSync(this.folder)
    const store = makeStore(this.place)
    await store.send(readingLines(...readings()))
    await store.stop()
    cpSync(this.folder, this.full, { recursive: true })
  }

  async ask<Answer>(question: (store: Store) => Promise<Answer>): Promise<Answer> {
    const store = makeStore(this.place)
    try {
      return await question(store)
    } finally {
      await store.stop()
    }
  }
}

export class InfluxdTarget implements Target {
  readonly folder: string

  constructor(
    private readonly server: Influxd,
    folder: string,
  ) {
    this.folder = join(folder, 'spools')
  }

  get place(): string {
    return this.server.url
  }

  async refill(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true })
    await this.server.query(`DROP DATABASE "${INFLUX_DATABASE}"`)
    await this.server.query(`CREATE DATABASE "${INFLUX_DATABASE}"`)
    await this.ask((store) => store.send(readingLines(...readings())))
  }

  ask<Answer>(question: (store: Store) => Promise<Answer>): Promise<Answer> {
    return withStore(parseInflux1Options({ url: this.server.url, database: INFLUX_DATABASE }), question)
  }
}
