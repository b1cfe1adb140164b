import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { createPlace, examineDatabase } from '../../src/database/examine-database'
import { errorOf, registerDialogRoute } from '../shared/dialog-route'
import { parseCheckRequest, type CheckRequest } from './check-request'

/** The dialog's buttons "Test" and "Create it": `POST kasa-monitor/databases/check` and `.../create`. */
export function registerCheckRoutes(RED: NodeAPI): void {
  const permission = 'kasa-database.write'
  const parse = (body: unknown) => parseCheckRequest(RED, body)
  registerDialogRoute(RED, { path: '/kasa-monitor/databases/check', permission, parse, answer: check })
  registerDialogRoute(RED, { path: '/kasa-monitor/databases/create', permission, parse, answer: create })
}

async function check({ settings }: CheckRequest): Promise<object> {
  return { examination: await examineDatabase(settings, systemClock) }
}

/** That a server does not let it be made is an answer to the question, no failure of it. */
async function create(request: CheckRequest): Promise<object> {
  try {
    await createPlace(request.settings, systemClock)
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
  return check(request)
}
