import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NodeRedProcess } from '../../test/support/node-red-process'
import { linkPack } from '../support/pack'
import { writePeersPack } from './peers/peers-pack'
import { DEVICE, PAGE_ROWS, storeRows } from './stored-rows'

const RED = require.resolve('node-red/red.js')
const placed = { z: 'tab', x: 0, y: 0 } as const
/** All are asked with it, because Express parses it for each of them. */
export const QUERY = `?device_id=${DEVICE}&from=-12h&limit=${PAGE_ROWS}`
export const PAGE = `/kasa/readings${QUERY}`

/** A Node-RED as people start it, with 100,000 readings in a file, our API, and the peers. */
export class BenchServer {
  private constructor(
    private readonly nodeRed: NodeRedProcess,
    private readonly folder: string,
  ) {}

  /** @param editor where it is; at the root, as Node-RED comes, each request to a flow passes it first, and it looks for such a file */
  static async start(editor: '/' | '/admin'): Promise<BenchServer> {
    const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))
    const file = join(folder, 'readings.sqlite')
    const rows = await storeRows(file, folder)
    const page = join(folder, 'page.json')
    writeFileSync(page, JSON.stringify({ rows }))
    const nodeRed = new NodeRedProcess(
      { title: '4.1', node: process.execPath, red: RED },
      {
        packs: [linkPack(join(folder, 'pack')), writePeersPack(join(folder, 'peers'))],
        settings: `httpAdminRoot: '${editor}', functionGlobalContext: { page: require(${JSON.stringify(page)}) },`,
      },
    )
    const server = new BenchServer(nodeRed, folder)
    try {
      writeFileSync(join(nodeRed.userDir, 'flows.json'), JSON.stringify(flows(file)))
      await nodeRed.start()
      await server.assertSamePage(rows)
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  get pid(): number {
    return this.nodeRed.pid
  }

  get port(): number {
    return Number(new URL(this.nodeRed.url).port)
  }

  /** Of live objects, after a collection of garbage. */
  async used_mb(): Promise<number> {
    const reply = await fetch(`${this.nodeRed.url}/bench/memory`)
    return ((await reply.json()) as { readonly used_mb: number }).used_mb
  }

  async stop(): Promise<void> {
    await this.nodeRed.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Otherwise more than how it is served would be compared. */
  private async assertSamePage(rows: readonly object[]): Promise<void> {
    const reply = await fetch(`${this.nodeRed.url}${PAGE}`)
    const answer = (await reply.json()) as { readonly rows?: readonly object[] }
    if (!isDeepStrictEqual(answer.rows, rows)) {
      throw new Error(`The API answers other rows than the peers: ${JSON.stringify(answer).slice(0, 1000)}`)
    }
  }
}

/** With the limits as they are set, but for the number of requests. */
function flows(file: string): readonly object[] {
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    { id: 'database', type: 'kasa-database', name: '', kind: 'sqlite', file },
    { ...placed, id: 'api', type: 'kasa-api', path: '/kasa', database: 'database', requests_per_min: 600_000 },
    { ...placed, id: 'page-in', type: 'http in', url: '/bench/flow', method: 'get', wires: [['page']] },
    { ...placed, id: 'page', type: 'function', func: PAGE_FUNCTION, outputs: 1, wires: [['answer']] },
    { ...placed, id: 'past-in', type: 'http in', url: '/bench/history-flow', method: 'get', wires: [['ask']] },
    { ...placed, id: 'ask', type: 'function', func: PAST_FUNCTION, outputs: 1, wires: [['history']] },
    { ...placed, id: 'history', type: 'kasa-history', database: 'database', wires: [['answer']] },
    { ...placed, id: 'answer', type: 'http response', wires: [] },
  ]
}

const PAGE_FUNCTION = "msg.payload = global.get('page'); return msg"
const PAST_FUNCTION = `msg.payload = { device_ids: [${JSON.stringify(DEVICE)}], from: Number(msg.req.query.from), limit: ${PAGE_ROWS} }; return msg`
