import type { Node, NodeAPI, NodeDef } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { invalid, type MonitorError, toMonitorError } from '../../src/domain/errors'
import { input, type InputHandler } from './input'
import { lineOfNode } from './log-lines'
import { packLog } from './pack-log'
import { readSettings, type NodeSchema, type SettingsOf } from './schema'
import { Scope } from './scope'
import { Status } from './status'
import { fillVariables, withVariable } from './variables'

/** What a node's composition root gets. */
export interface NodeContext<Schema extends NodeSchema> {
  readonly RED: NodeAPI
  readonly node: Node
  readonly settings: SettingsOf<Schema>
  readonly credentials: Readonly<Record<string, string | undefined>>
  readonly scope: Scope
  readonly status: Status
  /** Attaches the handler of messages; see `input`. @param failed shows what went wrong; absent: its message does */
  input(handler: InputHandler, failed?: (error: Error) => void): void
  /** Offers this config node's service to the nodes that choose it. */
  provide(service: object): void
  /**
   * The service of a chosen config node.
   * @throws MonitorError `CONFIG_INVALID` where none is chosen, or the chosen one failed to start
   */
  service<Service extends object>(key: keyof SettingsOf<Schema> & string): Service
  /** Shows and logs a fault that belongs to no message. */
  report(thrown: unknown): void
}

const SAYING = [
  ['error', 'error'],
  ['warn', 'warn'],
  ['log', 'info'],
] as const

type ServiceNode = Node & { service?: object }

/**
 * Registers a node type. Settings are read and checked, faults become a status and a log line instead of a crash, and
 * everything that the node owns ends when it is closed.
 */
export function register<Schema extends NodeSchema>(
  RED: NodeAPI,
  schema: Schema,
  compose: (context: NodeContext<Schema>) => void,
): void {
  const credentials = Object.entries(schema.credentials ?? {}).map(([key, type]) => [key, { type }] as const)
  function KasaNode(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config)
    overhear(this)
    start(RED, schema, this, config, compose)
  }
  RED.nodes.registerType<Node, NodeDef, object, Record<string, string>>(schema.type, KasaNode, {
    credentials: Object.fromEntries(credentials),
  })
}

function start<Schema extends NodeSchema>(
  RED: NodeAPI,
  schema: Schema,
  node: ServiceNode,
  config: NodeDef,
  compose: (context: NodeContext<Schema>) => void,
): void {
  const status = new Status(node)
  const report = (thrown: unknown) => {
    const error = toMonitorError(thrown)
    status.show('failed', error.message)
    node.error(error)
  }
  const scope = new Scope(report)
  closeWith(node, scope, status)
  const credentials = takeCredentials(node)
  const given = fillVariables(RED, node, { ...config })
  try {
    compose({
      RED,
      node,
      settings: readSettings(schema, given),
      credentials,
      scope,
      status,
      input: (handler, failed = (error) => status.show('failed', error.message)) => input(node, handler, failed),
      provide: (service) => void (node.service = service),
      service: (key) => serviceOf(RED, schema, key, given) as never,
      report,
    })
  } catch (thrown) {
    const reason = withVariable(RED, node, toMonitorError(thrown))
    report(reason)
    delete node.service
    refuseMessages(node, reason)
    void scope.close()
  }
}

/** Before Node-RED hears it: there, a Debug node makes text of errors, and a Catch node takes them away. */
function overhear(node: Node): void {
  for (const [method, level] of SAYING) {
    const say = node[method].bind(node) as (...given: unknown[]) => void
    node[method] = (...given: unknown[]) => {
      packLog.hear(lineOfNode(node, level, given[0], systemClock.now()))
      say(...given)
    }
  }
}

/** Node-RED leaves them in sight of every other node and of whoever prints this one; it keeps its own copy. */
function takeCredentials(node: Node): Readonly<Record<string, string | undefined>> {
  const credentials = (node.credentials ?? {}) as Readonly<Record<string, string | undefined>>
  Reflect.deleteProperty(node, 'credentials')
  return credentials
}

/** A node that could not start answers every message with the reason, so that a Catch node hears of it. */
function refuseMessages(node: Node, reason: MonitorError): void {
  node.removeAllListeners('input')
  input(
    node,
    () => {
      throw reason
    },
    () => undefined,
  )
}

function serviceOf(RED: NodeAPI, schema: NodeSchema, key: string, config: Readonly<Record<string, unknown>>): object {
  const setting = schema.settings[key]
  const wanted = setting?.type === 'config-node' ? setting.node : key
  const chosen = RED.nodes.getNode(String(config[key] ?? '')) as ServiceNode | null
  if (chosen?.type === wanted && chosen.service) return chosen.service
  const range = chosen ? `a ${wanted} that is set up without errors` : `a ${wanted} node that is there and enabled`
  throw invalid('CONFIG_INVALID', key, chosen?.name || config[key] || '', range)
}

// Node-RED counts the two parameters.
function closeWith(node: Node, scope: Scope, status: Status): void {
  node.on('close', (_removed: boolean, done: () => void) => {
    void scope.close().finally(() => {
      status.end()
      done()
    })
  })
}
