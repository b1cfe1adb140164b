import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { toMonitorError } from '../../src/domain/errors'

const LARGEST_BODY = 16 * 1024
/** Questions of all dialogs to one route that may be under way at a time. */
const MAXIMUM_RUNNING = 4

/** A question that a dialog asks when a person presses a button: `POST`, JSON there and back. */
export interface DialogRoute<Wanted extends { readonly id: string }> {
  readonly path: string
  readonly permission: string
  /** `id`: the node that is being edited, whether it is deployed or not. @throws MonitorError `INPUT_INVALID` naming the field */
  readonly parse: (body: unknown) => Wanted
  /** `signal`: nobody waits for the answer any more. */
  readonly answer: (wanted: Wanted, signal: AbortSignal) => Promise<object>
}

interface Refusal {
  readonly status: number
  readonly error: { readonly code: string; readonly message: string }
}

/** One question of a node at a time; whoever may not ask is refused by Node-RED. */
export function registerDialogRoute<Wanted extends { readonly id: string }>(
  RED: NodeAPI,
  { path, permission, parse, answer }: DialogRoute<Wanted>,
): void {
  const running = new Set<string>()
  const handle = async (request: Request, response: Response) => {
    const refusal = refusalOf(request)
    if (refusal) return void response.status(refusal.status).json({ error: refusal.error })
    const wanted = parse(request.body)
    if (running.has(wanted.id) || running.size >= MAXIMUM_RUNNING) {
      const error = { code: 'BUSY', message: 'The last question is still under way; wait until it is over.' }
      return void response.status(429).json({ error })
    }
    running.add(wanted.id)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    try {
      response.json(await answer(wanted, gone.signal))
    } finally {
      running.delete(wanted.id)
    }
  }
  RED.httpAdmin.post(path, RED.auth.needsPermission(permission), (request: Request, response: Response) => {
    handle(request, response).catch((thrown: unknown) => {
      const error = errorOf(thrown)
      const isMistake = error.code === 'INPUT_INVALID' || error.code === 'CONFIG_INVALID'
      if (!response.headersSent) response.status(isMistake ? 400 : 500).json({ error })
    })
  })
}

/** As the dialog gets it: nothing but what people may read. */
export function errorOf(thrown: unknown): { code: string; message: string; field?: string } {
  const { code, message, details } = toMonitorError(thrown)
  return { code, message, ...(details.field ? { field: details.field } : {}) }
}

/** JSON only: a form of another site could be posted with the person's cookies. */
function refusalOf(request: Request): Refusal | undefined {
  if (!request.is('application/json')) {
    return { status: 415, error: { code: 'INPUT_INVALID', message: 'expected application/json' } }
  }
  const length = Number(request.headers['content-length'])
  if (length <= LARGEST_BODY) return undefined
  return { status: 413, error: { code: 'INPUT_INVALID', message: `expected a body of at most ${LARGEST_BODY} bytes` } }
}
