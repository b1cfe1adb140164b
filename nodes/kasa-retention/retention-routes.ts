import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { invalid, MonitorError } from '../../src/domain/errors'
import { MEASURED_KEYS } from '../../src/domain/reading'
import { TimeZone } from '../../src/domain/time-zone'
import { planSize } from '../../src/retention/plan-size'
import type { Retention } from '../../src/retention/retention'
import { parseRetentionOptions, type RetentionOptions } from '../../src/retention/retention-options'
import { errorOf, registerDialogRoute } from '../shared/dialog-route'
import { parseDialogSettings } from '../shared/dialog-settings'
import { planSettings } from './kasa-retention.schema'

const PERMISSION = 'kasa-retention.write'

/** For the dialog: what a tier may hold (`GET`), what a plan would do, and what the deployed one would do now (`POST`). */
export function registerRetentionRoutes(RED: NodeAPI, deployed: ReadonlyMap<string, Pick<Retention, 'run'>>): void {
  const tables = { keys: MEASURED_KEYS, time_zone: new TimeZone(undefined).name }
  const may = RED.auth.needsPermission('kasa-retention.read')
  RED.httpAdmin.get('/kasa-monitor/retention/tables', may, (_request: Request, response: Response) => {
    response.json(tables)
  })
  registerDialogRoute(RED, {
    path: '/kasa-monitor/retention/check',
    permission: PERMISSION,
    parse: (body) => ({ id: idIn(body), body }),
    answer: ({ body }) => Promise.resolve(check(RED, body)),
  })
  registerDialogRoute(RED, {
    path: '/kasa-monitor/retention/dry-run',
    permission: PERMISSION,
    parse: (body) => ({ id: idIn(body) }),
    answer: ({ id }) => dryRun(deployed.get(id)),
  })
}

/** What is wrong with a plan is the answer to the question, and no fault of it. */
function check(RED: NodeAPI, body: unknown): object {
  try {
    const { settings } = parseDialogSettings(RED, { type: 'kasa-retention', settings: planSettings }, body)
    return { plan: describe(parseRetentionOptions(settings)) }
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
}

function describe(options: RetentionOptions): object {
  const { time_zone, raw_keep_days, tiers } = options
  const size = planSize(options)
  return {
    time_zone,
    raw: { keep_days: raw_keep_days, bytes: size.raw_bytes },
    tiers: tiers.map(({ name, bucket, keep_days }, index) => {
      return { name, ...bucket, keep_days, bytes: size.tier_bytes[index] }
    }),
  }
}

/** That the database is away is an answer as well. */
async function dryRun(retention: Pick<Retention, 'run'> | undefined): Promise<object> {
  if (!retention) throw new MonitorError('CONFIG_INVALID', 'The node is not deployed; deploy it, then ask again')
  try {
    return { report: await retention.run(true) }
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
}

function idIn(body: unknown): string {
  const id: unknown = typeof body === 'object' && body !== null ? (body as { id?: unknown }).id : undefined
  if (typeof id === 'string' && id !== '' && id.length <= 64) return id
  throw invalid('INPUT_INVALID', 'id', id, 'the id of a node')
}
