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
  readonly maximum_bytes: number
  readonly retention_s: number
}

const ORGANIZATION_ID = '0a1b2c3d4e5f6071'
const BUCKET_ID = 'b1b2c3d4e5f60718'

/**
 * Answers as the documentation of InfluxDB 2.x says: docs.influxdata.com/influxdb/v2/api, and the page on troubleshooting
 * writes there. A question in Flux is answered by whoever sets `flux`.
 */
export class Influx2Server extends ScriptedServer {
  readonly stored = new StoredLines()
  readonly buckets: Set<string>
  /** Answers `/api/v2/query`. */
  flux: (received: Received, stored: StoredLines) => Reply = () => problem(400, 'invalid', 'no Flux here')
  private readonly settings: Influx2Settings

  constructor(settings: Partial<Influx2Settings> = {}) {
    super()
    const common = { version: 'v2.7.12', organization: 'home', bucket: 'kasa', token: 'token', reader: 'reader' }
    this.settings = { ...common, maximum_bytes: 50_000_000, retention_s: 0, ...settings }
    this.buckets = new Set([this.settings.bucket])
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
        return this.flux(received, this.stored)
      case 'GET /api/v2/orgs':
        return this.organizations(received)
      case 'GET /api/v2/buckets':
        return this.listBuckets(received)
      case 'POST /api/v2/buckets':
        return this.createBucket(received)
      default:
        return problem(404, 'not found', 'path not found')
    }
  }

  private mayRead({ headers }: Received): boolean {
    const { token, reader } = this.settings
    return [token, reader].some((known) => /^(Token|Bearer) (.*)$/.exec(headers.authorization ?? '')?.[2] === known)
  }

  private write({ query, body, headers }: Received): Reply {
    const [org, bucket] = [query.get('org') ?? '', query.get('bucket') ?? '']
    if (org !== this.settings.organization) return problem(404, 'not found', `organization name "${org}" not found`)
    if (!this.buckets.has(bucket)) return problem(404, 'not found', `bucket "${bucket}" not found`)
    if (headers.authorization?.endsWith(this.settings.reader)) {
      return problem(403, 'forbidden', 'insufficient permissions for write')
    }
    if (body === '') return problem(400, 'invalid', 'writing requires points')
    if (body.length > this.settings.maximum_bytes) return problem(413, 'request too large', 'points batch is too large')
    return this.store(body)
  }

  /** One line that it cannot read refuses all; of those that it can, some may be left out. */
  private store(body: string): Reply {
    const unreadable = new StoredLines().store(body).find(({ reason }) => !reason.startsWith('input field'))
    if (unreadable) return problem(400, 'invalid', `unable to parse '${unreadable.line}': ${unreadable.reason}`)
    const refused = this.stored.store(body)
    if (refused.length === 0) return { status: 204 }
    const words = `partial write: field type conflict: ${refused[0]?.reason} dropped=${refused.length}`
    return problem(422, 'unprocessable entity', `failure writing points to database: ${words}`)
  }

  private organizations({ query }: Received): Reply {
    const { organization } = this.settings
    const org = query.get('org')
    if (org !== null && org !== organization) return problem(404, 'not found', `organization name "${org}" not found`)
    return { status: 200, body: { orgs: [{ id: ORGANIZATION_ID, name: organization }] } }
  }

  private listBuckets({ query }: Received): Reply {
    const [name, everySeconds] = [query.get('name'), this.settings.retention_s]
    const rules = everySeconds > 0 ? [{ type: 'expire', everySeconds, shardGroupDurationSeconds: 86_400 }] : []
    const buckets = [...this.buckets]
      .filter((bucket) => name === null || bucket === name)
      .map((bucket) => ({ id: BUCKET_ID, orgID: ORGANIZATION_ID, type: 'user', name: bucket, retentionRules: rules }))
    return { status: 200, body: { buckets } }
  }

  private createBucket({ body }: Received): Reply {
    const { name, orgID } = JSON.parse(body) as { name: string; orgID: string }
    if (orgID !== ORGANIZATION_ID) return problem(404, 'not found', 'organization not found')
    if (this.buckets.has(name)) return problem(422, 'conflict', `bucket with name ${name} already exists`)
    this.buckets.add(name)
    return { status: 201, body: { id: BUCKET_ID, orgID, name, retentionRules: [] } }
  }
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
