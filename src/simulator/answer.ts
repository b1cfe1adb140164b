import type { Outlet } from './outlet'

export type Json = Readonly<Record<string, unknown>>

/** What one method replies; `outlets` are those that the request is about. */
export type Method = (parameters: Json, outlets: readonly Outlet[]) => unknown

/** The methods of one module. */
export type Methods = Readonly<Record<string, Method>>

export type Modules = Readonly<Record<string, Methods>>

export const OK: Json = { err_code: 0 }
export const UNKNOWN_MODULE = refusal(-1, 'module not support')
export const UNKNOWN_METHOD = refusal(-2, 'member not support')
export const INVALID_ARGUMENT = refusal(-3, 'invalid argument')

export function refusal(err_code: number, err_msg: string): Json {
  return { err_code, err_msg }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export interface Question {
  readonly module: string
  readonly method: string
  readonly parameters: Json
}

export interface Answerer {
  /** The outlets that a request with these ids is about; `undefined`: it named none. */
  outletsOf(ids: readonly unknown[] | undefined): readonly Outlet[]
  /** A reply that stands for all methods of a module: an error, mostly. */
  moduleReply(module: string): Json | undefined
  methodReply(question: Question, outlets: readonly Outlet[]): unknown
}

/**
 * The reply to a request: one answer per module and method, an error in the place of each that the device does not have.
 * `undefined` where the request is no JSON object: a device then says nothing.
 */
export function answerRequest(text: string, device: Answerer): string | undefined {
  const request = parse(text)
  if (!request) return undefined
  const outlets = device.outletsOf(childIds(request.context))
  const replies: [string, unknown][] = []
  for (const [module, methods] of Object.entries(request)) {
    if (module !== 'context') replies.push([module, moduleAnswer(module, methods, outlets, device)])
  }
  return JSON.stringify(Object.fromEntries(replies))
}

function moduleAnswer(module: string, methods: unknown, outlets: readonly Outlet[], device: Answerer): Json {
  if (!isObject(methods)) return UNKNOWN_METHOD
  const whole = device.moduleReply(module)
  if (whole) return whole
  return Object.fromEntries(
    Object.entries(methods).map(([method, given]) => {
      const question = { module, method, parameters: isObject(given) ? given : {} }
      return [method, device.methodReply(question, outlets)]
    }),
  )
}

function parse(text: string): Json | undefined {
  try {
    const request: unknown = JSON.parse(text)
    return isObject(request) ? request : undefined
  } catch {
    return undefined
  }
}

function childIds(context: unknown): readonly unknown[] | undefined {
  const ids = isObject(context) ? context.child_ids : undefined
  return Array.isArray(ids) ? ids : undefined
}
