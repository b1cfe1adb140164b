import { ScriptedServer, type Received, type Reply } from './scripted-server'
import { StoredLines } from './stored-lines'

export interface Influx3Settings {
  readonly version: string
  /** May do everything. */
  readonly token: string
  /** May write, and not administer: InfluxDB 3 Enterprise has such tokens. */
  readonly writer: string
  readonly database: string
  readonly maximum_bytes: number
  /** False: only the path of InfluxDB 2.x takes lines, as on the clustered products. */
  readonly native: boolean
}

export interface Database {
  readonly stored: StoredLines
  readonly retention_ms?: number
}

/**
 * Answers as the documentation of InfluxDB 3 Core says: docs.influxdata.com/influxdb3/core/api, and the page on `write_lp`
 * there; the words of an empty write and of what is missing as in influxdb3_server/src/http.rs. A question in SQL is
 * answered by whoever sets `sql`.
 */
export class Influx3Server extends ScriptedServer {
  readonly databases = new Map<string, Database>()
  /** Answers `/api/v3/query_sql`. */
  sql: (received: Received, databases: ReadonlyMap<string, Database>) => Reply = () => ({
    status: 400,
    body: 'no SQL here',
  })
  private readonly settings: Influx3Settings

  constructor(settings: Partial<Influx3Settings> = {}) {
    super()
    const common = { version: '3.2.1', token: 'apiv3_token', writer: 'apiv3_writer', database: 'kasa' }
    this.settings = { ...common, maximum_bytes: 10_485_760, native: true, ...settings }
    for (const name of ['_internal', this.settings.database]) this.databases.set(name, { stored: new StoredLines() })
  }

  /** What the database of the settings holds. */
  get stored(): StoredLines {
    return this.database(this.settings.database).stored
  }

  database(name: string): Database {
    const found = this.databases.get(name)
    if (!found) throw new Error(`there is no database ${name}`)
    return found
  }

  protected override answer(received: Received): Reply {
    const headers = { 'x-influxdb-build': 'Core', 'x-influxdb-version': this.settings.version }
    return { ...this.route(received), headers }
  }

  /** Even a ping needs a token. */
  private route(received: Received): Reply {
    const { method, path } = received
    const { version } = this.settings
    const given = /^(Token|Bearer) (.*)$/.exec(received.headers.authorization ?? '')?.[2]
    if (given !== this.settings.token && given !== this.settings.writer) {
      return { status: 401, body: { error: 'the request was not authenticated', data: null } }
    }
    switch (`${method} ${path}`) {
      case 'GET /ping':
        return {
          status: 200,
          body: { version, revision: '0e1f2d3', process_id: 'b2b1e1a5-7d9c-4c5e-9f5e-1d2c3b4a5f60' },
        }
      case 'GET /health':
        return { status: 200, body: 'OK' }
      case 'POST /api/v3/write_lp':
        return this.settings.native ? this.write(received, 'db', (refused) => partial(refused)) : notFound()
      case 'POST /api/v2/write':
        return this.write(received, 'bucket', () => ({ status: 400, body: 'write buffer error: partial write' }))
      case 'POST /api/v3/query_sql':
        return this.maySee(received, given) ? this.sql(received, this.databases) : forbidden()
      case 'GET /api/v3/configure/database':
        return given === this.settings.token ? this.list() : forbidden()
      case 'POST /api/v3/configure/database':
        return given === this.settings.token ? this.create(received) : forbidden()
      default:
        return notFound()
    }
  }

  /** It makes a database that is not there. */
  private write({ query, body }: Received, key: string, refuse: (refused: Refused) => Reply): Reply {
    const database = query.get(key)
    if (database === null) return { status: 400, body: `missing query parameter '${key}'` }
    if (body === '') return { status: 400, body: 'incoming write was empty' }
    if (body.length > this.settings.maximum_bytes) return { status: 413, body: 'max request size exceeded' }
    const { stored } = this.databases.get(database) ?? { stored: new StoredLines() }
    if (!this.databases.has(database)) this.databases.set(database, { stored })
    const refused = stored.store(body)
    return refused.length === 0 ? { status: 204 } : refuse(refused)
  }

  /** Its own tables are for administrators. */
  private maySee({ body }: Received, given: string): boolean {
    return given === this.settings.token || (JSON.parse(body) as { db?: string }).db !== '_internal'
  }

  private list(): Reply {
    return { status: 200, body: [...this.databases.keys()].map((name) => ({ 'iox::database': name })) }
  }

  private create({ body }: Received): Reply {
    const { db, retention_period } = JSON.parse(body) as { db: string; retention_period?: string }
    if (this.databases.has(db)) return { status: 409, body: 'attempted to create a resource that already exists' }
    const hours = retention_period === undefined ? undefined : /^(\d+)h$/.exec(retention_period)?.[1]
    if (retention_period !== undefined && hours === undefined) return { status: 400, body: 'invalid retention period' }
    const period = hours === undefined ? {} : { retention_ms: Number(hours) * 3_600_000 }
    this.databases.set(db, { stored: new StoredLines(), ...period })
    return { status: 200 }
  }
}

type Refused = ReturnType<StoredLines['store']>

function partial(refused: Refused): Reply {
  const data = refused.map(({ number, line, reason }) => ({
    original_line: line.slice(0, 20),
    line_number: number,
    error_message: reason,
  }))
  return { status: 400, body: { error: 'partial write of line protocol occurred', data } }
}

function notFound(): Reply {
  return { status: 404, body: 'not found' }
}

function forbidden(): Reply {
  return { status: 403, body: { error: 'requestor is forbidden from requested resource', data: null } }
}
