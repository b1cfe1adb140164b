import type { NodeAPI, Node } from 'node-red'
import { MonitorError } from '../../src/domain/errors'

/** `${NAME}`, or `${NAME:-30}`: with what holds where it is not set, or blank. */
const VARIABLE = /^\$\{([^}]+?)(?::-([^}]*))?\}$/

type Given = Readonly<Record<string, unknown>>

/** Whether a text names an environment variable, `${NAME}`. In a deployed node it does where that is not set. */
export function isVariable(text: string): boolean {
  return VARIABLE.test(text)
}

/**
 * Settings with their environment variables filled in, as Node-RED knows them: those of group, flow and process. It does so
 * itself, except for those with a default. One that is not set and has none stays what it is.
 */
export function fillVariables(RED: NodeAPI, node: Node | null, given: Given): Given {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, fillVariable(RED, node, value)]))
}

export function fillVariable(RED: NodeAPI, node: Node | null, value: unknown): unknown {
  const [, name, otherwise = value] = variableIn(value) ?? []
  if (name === undefined) return value
  const found: unknown = RED.util.evaluateNodeProperty(name, 'env', node ?? ({} as never), {})
  return found === '' ? otherwise : found
}

/** The same error, with the name of the variable that the value comes from, if it comes from one. */
export function withVariable(RED: NodeAPI, node: Node, error: MonitorError): MonitorError {
  const { field, value } = error.details
  const typed = field === undefined ? undefined : valueAt(typedIn(RED, node), field.split('.'))
  const [, name] = variableIn(typed) ?? []
  if (name === undefined || value === typed) return error
  const { code, message, details } = error
  return new MonitorError(code, `${message}; the environment variable ${name} says so`, { cause: error, details })
}

function variableIn(value: unknown): RegExpExecArray | null {
  return typeof value === 'string' ? VARIABLE.exec(value) : null
}

/** What a person has typed, before Node-RED has filled in anything. */
function typedIn(RED: NodeAPI, node: Node): unknown {
  // A node of a subflow has an id of its own; this is the one in the subflow's template.
  const ids: unknown[] = [node.id, Reflect.get(node, '_alias')]
  let typed: unknown
  RED.nodes.eachNode((each) => {
    if (ids.includes(each.id)) typed = each
  })
  return typed
}

function valueAt(given: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return given
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, key)) return undefined
  return valueAt((given as Given)[key], rest)
}
