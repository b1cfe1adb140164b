import { execFile } from 'node:child_process'
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { DASHBOARD_PACK, forEachNodeRedProcess, NodeRedProcess } from '../support/node-red-process'
import { PROJECT } from '../support/node-red'

const run = promisify(execFile)
const INSTALL_WITHIN_MS = 180_000

interface Manifest {
  name: string
  version: string
  'node-red': { nodes: Record<string, string> }
}
interface NodeSet {
  module: string
  types: string[]
  enabled: boolean
  err?: string
}
/** A folder by its name, or a file. */
type Entry = string | { fn: string }

const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Manifest
const types = Object.keys(manifest['node-red'].nodes).sort()

describe('the packed file', () => {
  let folder: string
  let file: string
  let content: string[]

  before(async function () {
    this.timeout(INSTALL_WITHIN_MS)
    if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
      console.log('      not run: `npm run build` makes the folder dist, which is what gets packed')
      this.skip()
    }
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-pack-'))
    const packed = await npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder)
    const [made] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[]
    assert.ok(made)
    file = join(folder, made.filename)
    content = made.files.map(({ path }) => path)
  })

  after(() => folder && rmSync(folder, { recursive: true, force: true }))

  it('has what runs, the examples and the documents, and nothing else', () => {
    for (const path of ['README.md', 'LICENSE', 'dist/nodes/kasa-poll/kasa-poll.html'])
      assert.ok(content.includes(path), path)
    const strangers = content.filter(
      (path) => !/^(dist\/(src|nodes)|examples|resources)\/|^[A-Z]+(\.md)?$|^package\.json$/.test(path),
    )
    assert.deepEqual(strangers, [])
  })

  forEachNodeRedProcess('the palette', (version) => {
    let nodeRed: NodeRedProcess
    let installed = false

    before(async function () {
      this.timeout(INSTALL_WITHIN_MS)
      const packs = existsSync(DASHBOARD_PACK) ? [DASHBOARD_PACK] : []
      nodeRed = new NodeRedProcess(version, { palette: true, packs })
      await nodeRed.start()
    })

    after(() => nodeRed.stop())

    it('installs it, with every node type', async function () {
      this.timeout(INSTALL_WITHIN_MS)
      const form = new FormData()
      form.append('tarball', new Blob([readFileSync(file)]), 'pack.tgz')
      const reply = await nodeRed.request('POST', 'nodes', form)
      if (!reply.ok && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(nodeRed.log)) {
        console.log('      not run: the dependencies are not there, the npm registry cannot be reached')
        this.skip()
      }
      assert.equal(reply.status, 200, `${await reply.clone().text()}\n${nodeRed.log}`)
      installed = true
      const sets = (await nodeRed.json<NodeSet[]>('nodes')).filter(({ module }) => module === manifest.name)
      assert.deepEqual(sets.flatMap((set) => set.types).sort(), types)
      assert.deepEqual(
        sets.filter((set) => set.err !== undefined || !set.enabled),
        [],
      )
    })

    it('offers every example; each one deploys', async function () {
      this.timeout(INSTALL_WITHIN_MS)
      if (!installed) this.skip()
      const examples = await filesBelow(nodeRed, [manifest.name])
      const packed = content.filter((path) => path.startsWith('examples/flows/'))
      assert.equal(examples.length, packed.length)
      for (const example of examples) {
        const flow = await nodeRed.json<{ type: string; modules?: object }[]>(libraryPath(example))
        if (flow.some(({ modules }) => modules) && !existsSync(DASHBOARD_PACK)) {
          console.log(`      not deployed: ${example.join('/')} needs FlowFuse Dashboard, which is not installed here`)
          continue
        }
        await nodeRed.deploy(flow)
        assert.ok(nodeRed.alive, example.join('/'))
      }
    })

    it('uninstalls it', async function () {
      this.timeout(INSTALL_WITHIN_MS)
      if (!installed) this.skip()
      await nodeRed.deploy([])
      const reply = await nodeRed.request('DELETE', `nodes/${manifest.name}`)
      assert.equal(reply.status, 204, await reply.clone().text())
      const left = (await nodeRed.json<NodeSet[]>('nodes')).filter(({ module }) => module === manifest.name)
      assert.deepEqual(left, [])
    })
  })
})

async function filesBelow(nodeRed: NodeRedProcess, folder: readonly string[]): Promise<string[][]> {
  const entries = await nodeRed.json<Entry[]>(libraryPath(folder))
  const files: string[][] = []
  for (const entry of entries) {
    if (typeof entry === 'string') files.push(...(await filesBelow(nodeRed, [...folder, entry])))
    else files.push([...folder, entry.fn])
  }
  return files
}

function libraryPath(path: readonly string[]): string {
  return `library/examples/flows/${path.map((part) => encodeURIComponent(part).replace('%40', '@').replace('%2F', '/')).join('/')}`
}

async function npm(...words: string[]): Promise<string> {
  const file = process.env.npm_execpath
  const [program, given] = file?.endsWith('.js') ? [process.execPath, [file, ...words]] : ['npm', words]
  return (await run(program, given, { cwd: PROJECT, maxBuffer: 1 << 24 })).stdout
}
