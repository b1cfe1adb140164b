import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { systemClock, type Timer } from '../../src/domain/clock'
import { toMonitorError } from '../../src/domain/errors'
import { DEFAULT_TIMEOUTS, type Finding, type Integration } from '../../src/integrations/integration'
import { parseDiscoverRequest, type DiscoverRequest } from './discover-request'
import { integrationsOf } from './integrations'

const LARGEST_BODY = 16 * 1024
const MAXIMUM_FINDINGS = 256
/** Searches of all fleets together that may run at a time. */
const MAXIMUM_SEARCHES = 4
const REPEATS = 3
/** An integration that does not keep to the window is cut off after this much more; the first may have to make a key. */
const GRACE_MS = 2500

interface Refusal {
  readonly status: number
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

/** The dialog's button "Find devices": `POST kasa-monitor/discover`. Sends nothing until it is called. */
export function registerDiscoverRoute(RED: NodeAPI): void {
  const running = new Set<string>()
  const handle = async (request: Request, response: Response) => {
    const refusal = refusalOf(request)
    if (refusal) return void response.status(refusal.status).json({ error: refusal.error })
    const wanted = parseDiscoverRequest(request.body)
    if (running.has(wanted.id) || running.size >= MAXIMUM_SEARCHES) {
      const error = { code: 'BUSY', message: 'A search is still running; wait until it is over.' }
      return void response.status(429).json({ error })
    }
    running.add(wanted.id)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    try {
      response.json({ findings: await search(integrationsOf(RED), wanted, gone.signal) })
    } finally {
      running.delete(wanted.id)
    }
  }
  RED.httpAdmin.post(
    '/kasa-monitor/discover',
    RED.auth.needsPermission('kasa-fleet.write'),
    (request: Request, response: Response) => {
      handle(request, response).catch((thrown: unknown) => {
        const { code, message, details } = toMonitorError(thrown)
        const status = code === 'INPUT_INVALID' ? 400 : 500
        const error = { code, message, ...(details.field ? { field: details.field } : {}) }
        if (!response.headersSent) response.status(status).json({ error })
      })
    },
  )
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

/** Asks with sessions of its own, which end with the search. */
export async function search(
  integrations: readonly Integration[],
  wanted: DiscoverRequest,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const sessions = integrations.map((integration) =>
    integration.createSession({
      timeouts: { ...DEFAULT_TIMEOUTS, discovery_ms: wanted.discovery_ms },
      clock: systemClock,
      random: Math.random,
      poll_over: 'tcp',
      ...(wanted.port === undefined ? {} : { port: wanted.port }),
    }),
  )
  const request = {
    targets: wanted.targets,
    repeats: REPEATS,
    signal,
    ...(wanted.port === undefined ? {} : { port: wanted.port }),
    onFinding: (finding: Finding) => void (findings.length < MAXIMUM_FINDINGS && findings.push(finding)),
  }
  let limit: Timer | undefined
  const cutOff = new Promise<void>((resolve) => {
    limit = systemClock.setTimeout(resolve, wanted.discovery_ms + GRACE_MS)
  })
  try {
    await Promise.race([Promise.all(sessions.map((session) => session.discover(request))), cutOff])
    return findings
  } finally {
    if (limit) systemClock.clearTimeout(limit)
    for (const session of sessions) session.stop()
  }
}
