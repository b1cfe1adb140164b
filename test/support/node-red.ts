import { after, before, describe, it } from 'mocha'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Inbox } from './inbox'
import { BENCH_PEERS, BUILD, PROJECT } from './project'
import { EVERYWHERE } from './where'

export { BENCH_PEERS, BUILD, PROJECT }

export type FlowNode = { id: string; type: string; wires?: string[][] } & Record<string, unknown>
export type Message = Record<string, unknown>
export interface NodeStatus {
  fill?: string
  shape?: string
  text?: string
}
export interface LogLine {
  level: number
  id?: string
  msg: unknown
}
interface Completed {
  node: { id: string }
  msg: Message
  error?: Error & { code?: string }
}
export interface RunningNode {
  receive(message: Message): void
  /** Node-RED decides by the number of their parameters how to call them. */
  readonly _inputCallback?: (...given: unknown[]) => void
  readonly _closeCallbacks: readonly ((...given: unknown[]) => void)[]
}
type HttpApp = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void
/** What the tests need of an embedded Node-RED. */
interface Runtime {
  init(server: Server, settings: object): void
  start(): Promise<void>
  stop(): Promise<void>
  httpAdmin: HttpApp
  httpNode: HttpApp
  version(): string
  nodes: { getNode(id: string): RunningNode | null }
  hooks: { add(name: string, hook: (event: never) => void): void; clear(): void }
  events: NodeJS.EventEmitter
  runtime: { flows: { setFlows(given: object): Promise<unknown> } }
}

const VERSIONS = [
  { title: 'Node-RED 4.1', module: 'node-red', node: [20, 0] },
  { title: 'Node-RED 5', module: 'node-red-5', node: [22, 9] },
] as const
type Version = (typeof VERSIONS)[number]

const started = new Map<string, Promise<NodeRed>>()

/** A suite of tests that need a Node-RED; `aboutUs` takes those that are not about Node-RED itself: see `EVERYWHERE`. */
type Suite = (nodeRed: () => NodeRed, aboutUs: (tests: () => void) => void) => void

/** Runs a suite in each Node-RED that this Node.js can run; says which it left out and why. */
export function inEachNodeRed(title: string, suite: Suite): void {
  for (const version of VERSIONS) {
    const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
    const runs = major > version.node[0] || (major === version.node[0] && minor >= version.node[1])
    if (!runs) {
      const reason = `needs Node.js ${version.node.join('.')}, this is ${process.versions.node}`
      describe(`${title}, in ${version.title}`, () => void it.skip(`not run: ${reason}`))
      continue
    }
    describe(`${title}, in ${version.title}`, () => {
      let nodeRed: NodeRed
      before(async function () {
        this.timeout(60_000)
        nodeRed = await startNodeRed(version.module)
      })
      after(() => nodeRed.deploy([]))
      suite(
        () => nodeRed,
        (tests) => {
          if (EVERYWHERE || version === VERSIONS[0]) tests()
        },
      )
    })
  }
}

/** The same for a suite of which nothing is about Node-RED itself. */
export function inOneNodeRed(title: string, suite: (nodeRed: () => NodeRed) => void): void {
  inEachNodeRed(title, (nodeRed, aboutUs) => aboutUs(() => suite(nodeRed)))
}

/** Starts a Node-RED of this process once; later calls get the same. It ends with the last test. */
export function startNodeRed(module: Version['module'] = 'node-red'): Promise<NodeRed> {
  let running = started.get(module)
  if (!running) {
    running = NodeRed.start(require(module) as Runtime)
    started.set(module, running)
  }
  return running
}

after(async () => {
  for (const running of started.values()) await (await running).stop()
})

/** A real Node-RED with this pack installed, on a free port of loopback. */
export class NodeRed {
  private readonly messages = new Inbox<Message>()
  private readonly completions = new Inbox<Completed>()
  private readonly shown = new Inbox<NodeStatus>()
  private readonly history = new Map<string, NodeStatus[]>()
  /** What it logged since the last deploy; 20 is an error, 30 a warning. */
  log: LogLine[] = []

  private constructor(
    private readonly runtime: Runtime,
    private readonly server: Server,
    readonly userDir: string,
  ) {}

  static async start(runtime: Runtime): Promise<NodeRed> {
    const userDir = mkdtempSync(join(tmpdir(), 'kasa-monitor-test-'))
    installPack(userDir)
    const server = createServer()
    const nodeRed = new NodeRed(runtime, server, userDir)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    runtime.init(server, nodeRed.settings())
    server.on('request', (request, response) => {
      runtime.httpAdmin(request, response, () => runtime.httpNode(request, response))
    })
    const flowsStarted = new Promise((resolve) => runtime.events.once('flows:started', resolve))
    await runtime.start()
    await flowsStarted
    nodeRed.watch()
    return nodeRed
  }

  get version(): string {
    return this.runtime.version()
  }

  /** Where the editor and its admin routes are. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /**
   * Deploys and waits until every node has started. Nodes with wires come to lie on one tab; a wire that leads to no
   * node ends in a node of that id, for `receive`.
   */
  async deploy(flow: readonly FlowNode[], credentials: Record<string, Record<string, string>> = {}): Promise<void> {
    const ids = new Set(flow.map((node) => node.id))
    const ends = new Set(flow.flatMap((node) => node.wires ?? []).flat())
    const sinks = [...ends].filter((id) => !ids.has(id)).map((id) => ({ id, type: 'debug', active: false, wires: [] }))
    // Node-RED takes what has no place for a config node.
    const nodes = [...flow, ...sinks].map((node) => ({
      ...(node.wires ? { x: 0, y: 0, z: 'tab' } : {}),
      ...node,
      ...(credentials[node.id] ? { credentials: credentials[node.id] } : {}),
    }))
    await this.deployAsIs([{ id: 'tab', type: 'tab', label: 'test' }, ...nodes])
  }

  /** Deploys what an editor would send. */
  async deployAsIs(flows: readonly object[], deploymentType: 'full' | 'nodes' = 'full'): Promise<void> {
    this.log = []
    this.forget()
    const running = new Promise<void>((resolve, reject) => {
      const { events } = this.runtime
      // Until it stops, what was deployed before goes on sending, under the same ids perhaps.
      const stopped = () => this.forget()
      const settle = (missing?: readonly string[]) => {
        events.removeListener('flows:stopped', stopped)
        events.removeListener('flows:started', begun)
        events.removeListener('runtime-event', noticed)
        if (missing) reject(new Error(`Node types are missing: ${missing.join(', ')}`))
        else resolve()
      }
      const begun = () => settle()
      const noticed = (event: { id: string; payload?: { error?: string; types?: string[] } }) => {
        if (event.payload?.error === 'missing-types') settle(event.payload.types ?? [])
      }
      events.on('flows:stopped', stopped)
      events.on('flows:started', begun)
      events.on('runtime-event', noticed)
    })
    await Promise.all([running, this.runtime.runtime.flows.setFlows({ flows: { flows }, deploymentType })])
  }

  /** Hands a message to a node's input; resolves when the node is done with it, rejects with the node's error. */
  async send(nodeId: string, message: Message): Promise<void> {
    const node = this.node(nodeId)
    const given = { _msgid: `${nodeId}-${Math.random()}`, ...message }
    const completed = this.completions.next(nodeId, ({ msg }) => msg._msgid === given._msgid)
    node.receive(given)
    const { error } = await completed
    if (error) throw error
  }

  /** A deployed node, as other nodes could get at it. */
  node(nodeId: string): RunningNode {
    const node = this.runtime.nodes.getNode(nodeId)
    if (!node) throw new Error(`No node '${nodeId}' is deployed`)
    return node
  }

  /** The next message that a node gets, or already got and nobody has taken. */
  receive(nodeId: string): Promise<Message> {
    return this.messages.next(nodeId)
  }

  /** Messages that nobody has taken. */
  received(nodeId: string): readonly Message[] {
    return this.messages.all(nodeId)
  }

  /** Every status that a node showed since the last deploy, oldest first. */
  statuses(nodeId: string): readonly NodeStatus[] {
    return this.history.get(nodeId) ?? []
  }

  /** Waits until a node shows a text, unless it shows it already. */
  async status(nodeId: string, text: RegExp): Promise<NodeStatus> {
    const matches = (status: NodeStatus) => text.test(status.text ?? '')
    const current = this.statuses(nodeId).at(-1)
    if (current && matches(current)) return current
    this.shown.drop(nodeId)
    return this.shown.next(nodeId, matches)
  }

  /** How many listen to an event of its server. */
  listeners(event: string): number {
    return this.server.listenerCount(event)
  }

  /** Texts of the errors that were logged since the last deploy. */
  get errors(): readonly string[] {
    return this.log.filter((line) => line.level === 20).map((line) => String(line.msg))
  }

  async stop(): Promise<void> {
    this.runtime.hooks.clear()
    await this.runtime.stop()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    rmSync(this.userDir, { recursive: true, force: true })
  }

  private settings(): object {
    return {
      userDir: this.userDir,
      flowFile: 'flows.json',
      credentialSecret: 'test',
      httpNodeRoot: '/',
      editorTheme: { tours: false },
      telemetry: { enabled: false, updateNotification: false },
      mqttReconnectTime: 200,
      externalModules: {
        palette: { allowInstall: false, denyList: BENCH_PEERS },
        modules: { allowInstall: false },
      },
      // A copy: the Debug node rewrites the line for the editor.
      logging: { test: { level: 'info', handler: () => (line: LogLine) => void this.log.push({ ...line }) } },
    }
  }

  private watch(): void {
    const { hooks, events } = this.runtime
    hooks.add('onReceive', ({ msg, destination }: { msg: Message; destination: { id: string } }) => {
      this.messages.push(destination.id, msg)
    })
    hooks.add('onComplete', (event: Completed) => this.completions.push(event.node.id, event))
    events.on('node-status', ({ id, status }: { id: string; status: NodeStatus }) => {
      this.history.set(id, [...this.statuses(id), status])
      this.shown.push(id, status)
    })
  }

  private forget(): void {
    for (const inbox of [this.messages, this.completions, this.shown]) inbox.clear()
    this.history.clear()
  }
}

/** As the palette does it, but linked to the compiled files under test. */
function installPack(userDir: string): void {
  const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    name: string
    'node-red': { nodes: Record<string, string> }
  }
  const nodes = manifest['node-red'].nodes
  for (const [type, file] of Object.entries(nodes)) {
    if (!existsSync(join(BUILD, file.replace(/^dist/, '.')))) delete nodes[type]
  }
  const folder = join(userDir, 'node_modules', manifest.name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  symlinkSync(BUILD, join(folder, 'dist'), 'dir')
  for (const part of ['examples', 'resources']) {
    if (existsSync(join(PROJECT, part))) symlinkSync(join(PROJECT, part), join(folder, part), 'dir')
  }
  const dependencies = { [manifest.name]: '*' }
  writeFileSync(join(userDir, 'package.json'), JSON.stringify({ name: 'test', version: '1.0.0', dependencies }))
}
