import { storedText } from '../../src/database/line-protocol/line-text'
import { ScriptedServer, type Received, type Reply } from './scripted-server'
import { StoredLines } from './stored-lines'

export interface Influx2Settings {
  readonly version: string
  readonly organization: string
  readonly bucket: string
  /** May do everything. */
  readonly token: string
  /** May read, and not write. */
  readonly reader: string
  /** May read and write, and not make or change buckets. */
  readonly writer: string
  readonly maximum_bytes: number
  readonly retention_s: number
}

const ORGANIZATION_ID = '0a1b2c3d4e5f6071'
const BUCKET_ID = 'b1b2c3d4e5f60718'
const PREDICATE = /^_measurement="(\w+)"(?: AND device_id="((?:[^"\\]|\\.)*)")?$/s

interface Rule {
  readonly type: 'expire'
  readonly everySeconds: number
  readonly shardGroupDurationSeconds: number
}

export interface Bucket {
  readonly id: string
  readonly stored: StoredLines
  rules: readonly Rule[]
}

/**
 * Answers as the documentation of InfluxDB 2.x says: docs.influxdata.com/influxdb/v2/api, and the page on troubleshooting
 * writes there. A question in Flux is answered by whoever sets `flux`.
 */
export class Influx2Server extends ScriptedServer {
  readonly buckets = new Map<string, Bucket>()
  /** Answers `/api/v2/query`. */
  flux: (received: Received, buckets: ReadonlyMap<string, Bucket>) => Reply = () =>
    problem(400, 'invalid', 'no Flux here')
  private readonly settings: Influx2Settings

  constructor(settings: Partial<Influx2Settings> = {}) {
    super()
    const common = { version: 'v2.7.12', organization: 'home', bucket: 'kasa', token: 'token' }
    this.settings = {
      ...common,
      reader: 'reader',
      writer: 'writer',
      maximum_bytes: 50_000_000,
      retention_s: 0,
      ...settings,
    }
    const everySeconds = this.settings.retention_s
    const rules = [{ type: 'expire', everySeconds, shardGroupDurationSeconds: 86_400 }] as const
    this.addBucket(this.settings.bucket, everySeconds > 0 ? rules : [])
  }

  /** What the bucket of the settings holds. */
  get stored(): StoredLines {
    return this.bucket(this.settings.bucket).stored
  }

  bucket(name: string): Bucket {
    const found = this.buckets.get(name)
    if (!found) throw new Error(`there is no bucket ${name}`)
    return found
  }

  protected override answer(received: Received): Reply {
    const { version } = this.settings
    const headers = { 'X-Influxdb-Build': 'OSS', 'X-Influxdb-Version': version }
    return { ...this.route(received), headers }
  }

  private route(received: Received): Reply {
    const { method, path } = received
    const { version } = this.settings
    if (path === '/ping') return { status: 204 }
    if (path === '/health') {
      return {
        status: 200,
        body: { name: 'influxdb', message: 'ready for queries and writes', status: 'pass', version },
      }
    }
    if (path === '/metrics') return { status: 200, body: metricsOf(this.stored) }
    if (!this.mayRead(received)) return problem(401, 'unauthorized', 'unauthorized access')
    switch (`${method} ${path}`) {
      case 'POST /api/v2/write':
        return this.write(received)
      case 'POST /api/v2/query':
        return this.flux(received, this.buckets)
      case 'POST /api/v2/delete':
        return this.remove(received)
      case 'GET /api/v2/orgs':
        return this.organizations(received)
      case 'GET /api/v2/buckets':
        return this.listBuckets(received)
      case 'POST /api/v2/buckets':
        return this.createBucket(received)
      default:
        return this.changeBucket(received) ?? problem(404, 'not found', 'path not found')
    }
  }

  private mayRead({ headers }: Received): boolean {
    const { token, reader, writer } = this.settings
    return [token, reader, writer].some(
      (known) => /^(Token|Bearer) (.*)$/.exec(headers.authorization ?? '')?.[2] === known,
    )
  }

  private write({ query, body, headers }: Received): Reply {
    const [org, bucket] = [query.get('org') ?? '', query.get('bucket') ?? '']
    if (org !== this.settings.organization) return problem(404, 'not found', `organization name "${org}" not found`)
    const found = this.buckets.get(bucket)
    if (!found) return problem(404, 'not found', `bucket "${bucket}" not found`)
    if (headers.authorization?.endsWith(this.settings.reader)) {
      return problem(403, 'forbidden', 'insufficient permissions for write')
    }
    if (body === '') return problem(400, 'invalid', 'writing requires points')
    if (body.length > this.settings.maximum_bytes) return problem(413, 'request too large', 'points batch is too large')
    return store(found.stored, body)
  }

  /** docs.influxdata.com/influxdb/v2/write-data/delete-data: by time, measurement and tags; the stop belongs to the range. */
  private remove({ query, body, headers }: Received): Reply {
    const bucket = this.buckets.get(query.get('bucket') ?? '')
    if (!bucket || query.get('org') !== this.settings.organization) return problem(404, 'not found', 'bucket not found')
    if (headers.authorization?.endsWith(this.settings.reader))
      return problem(403, 'forbidden', 'insufficient permissions')
    const { start, stop, predicate } = JSON.parse(body) as Record<'start' | 'stop' | 'predicate', string>
    const [, measurement, device] = PREDICATE.exec(predicate) ?? []
    if (measurement === undefined)
      return problem(400, 'invalid', `invalid request; error parsing predicate: ${predicate}`)
    const device_id = device?.replace(/\\(["\\])/g, '$1')
    bucket.stored.remove(
      (line) =>
        line.measurement === measurement &&
        line.timestamp >= Date.parse(start) &&
        line.timestamp <= Date.parse(stop) &&
        (device_id === undefined || storedText(line.tags.get('device_id') ?? '') === device_id),
    )
    return { status: 204 }
  }

  private organizations({ query }: Received): Reply {
    const { organization } = this.settings
    const org = query.get('org')
    if (org !== null && org !== organization) return problem(404, 'not found', `organization name "${org}" not found`)
    return { status: 200, body: { orgs: [{ id: ORGANIZATION_ID, name: organization }] } }
  }

  private listBuckets({ query }: Received): Reply {
    const name = query.get('name')
    const buckets = [...this.buckets]
      .filter(([bucket]) => name === null || bucket === name)
      .map(([bucket, found]) => shown(bucket, found))
    return { status: 200, body: { buckets } }
  }

  private createBucket({ body, headers }: Received): Reply {
    const { name, orgID, retentionRules } = JSON.parse(body) as { name: string; orgID: string; retentionRules: Rule[] }
    if (orgID !== ORGANIZATION_ID) return problem(404, 'not found', 'organization not found')
    if (!headers.authorization?.endsWith(this.settings.token)) return unauthorized()
    if (this.buckets.has(name)) return problem(422, 'conflict', `bucket with name ${name} already exists`)
    return badRule(retentionRules) ?? { status: 201, body: shown(name, this.addBucket(name, retentionRules)) }
  }

  /** docs.influxdata.com/influxdb/v2/admin/buckets/update-bucket: `PATCH` of what is to change. */
  private changeBucket({ method, path, body, headers }: Received): Reply | undefined {
    const id = /^\/api\/v2\/buckets\/(\w+)$/.exec(path)?.[1]
    if (method !== 'PATCH' || id === undefined) return undefined
    const [name, bucket] = [...this.buckets].find(([, one]) => one.id === id) ?? []
    if (name === undefined || !bucket) return problem(404, 'not found', 'bucket not found')
    if (!headers.authorization?.endsWith(this.settings.token)) return unauthorized()
    const { retentionRules } = JSON.parse(body) as { retentionRules: Rule[] }
    const bad = badRule(retentionRules)
    if (bad) return bad
    bucket.rules = retentionRules
    return { status: 200, body: shown(name, bucket) }
  }

  private addBucket(name: string, rules: readonly Rule[]): Bucket {
    const id = this.buckets.size === 0 ? BUCKET_ID : `${BUCKET_ID.slice(0, -2)}a${this.buckets.size}`
    const bucket = { id, stored: new StoredLines(), rules }
    this.buckets.set(name, bucket)
    return bucket
  }
}

function shown(name: string, { id, rules }: Bucket): object {
  return { id, orgID: ORGANIZATION_ID, type: 'user', name, retentionRules: rules }
}

function unauthorized(): Reply {
  return problem(401, 'unauthorized', `write:orgs/${ORGANIZATION_ID}/buckets is unauthorized`)
}

/** An hour at least, and longer than a shard group. */
function badRule(rules: readonly Rule[]): Reply | undefined {
  const rule = rules.find(({ everySeconds, shardGroupDurationSeconds }) => {
    return everySeconds < 3600 || shardGroupDurationSeconds > everySeconds
  })
  return rule && problem(422, 'unprocessable entity', `retention of ${rule.everySeconds} s does not fit`)
}

/** One line that it cannot read refuses all; of those that it can, some may be left out. */
function store(stored: StoredLines, body: string): Reply {
  const unreadable = new StoredLines().store(body).find(({ reason }) => !reason.startsWith('input field'))
  if (unreadable) return problem(400, 'invalid', `unable to parse '${unreadable.line}': ${unreadable.reason}`)
  const refused = stored.store(body)
  if (refused.length === 0) return { status: 204 }
  const words = `partial write: field type conflict: ${refused[0]?.reason} dropped=${refused.length}`
  return problem(422, 'unprocessable entity', `failure writing points to database: ${words}`)
}

export function problem(status: number, code: string, message: string): Reply {
  return { status, body: { code, message } }
}

function metricsOf({ lines }: StoredLines): string {
  return [
    '# TYPE storage_shard_disk_size gauge',
    `storage_shard_disk_size{bucket="${BUCKET_ID}",engine="tsm1",id="1"} 2000`,
    `storage_shard_disk_size{bucket="${BUCKET_ID}",engine="tsm1",id="2"} 3000`,
    'storage_shard_disk_size{bucket="another",engine="tsm1",id="3"} 4000',
    `storage_bucket_series_num{bucket="${BUCKET_ID}"} ${lines.length}`,
    '',
  ].join('\n')
}
