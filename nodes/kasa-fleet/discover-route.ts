import type { NodeAPI } from 'node-red'
import { systemClock, type Timer } from '../../src/domain/clock'
import { DEFAULT_TIMEOUTS, type Finding, type Integration } from '../../src/integrations/integration'
import { registerDialogRoute } from '../shared/dialog-route'
import { parseDiscoverRequest, type DiscoverRequest } from './discover-request'
import { integrationsOf } from './integrations'

const MAXIMUM_FINDINGS = 256
const REPEATS = 3
/** An integration that does not keep to the window is cut off after this much more; the first may have to make a key. */
const GRACE_MS = 2500

/** The dialog's button "Find devices": `POST kasa-monitor/discover`. Sends nothing until it is called. */
export function registerDiscoverRoute(RED: NodeAPI): void {
  registerDialogRoute(RED, {
    path: '/kasa-monitor/discover',
    permission: 'kasa-fleet.write',
    parse: parseDiscoverRequest,
    answer: async (wanted, signal) => ({ findings: await search(integrationsOf(RED), wanted, signal) }),
  })
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
