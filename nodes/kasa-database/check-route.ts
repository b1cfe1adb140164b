import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { checkDatabase, createPlace, type DatabaseCheck } from '../../src/database/check-database'
import { errorOf, registerDialogRoute } from '../shared/dialog-route'
import { parseCheckRequest, type CheckRequest } from './check-request'

/** The dialog's buttons "Test" and "Create it": `POST kasa-monitor/databases/check`, `.../create`. */
export function registerCheckRoutes(RED: NodeAPI): void {
  const permission = 'kasa-database.write'
  const parse = (body: unknown) => parseCheckRequest(RED, body)
  const check = ({ settings }: CheckRequest) => outcomeOf(() => checkDatabase(settings, systemClock))
  const create = ({ settings }: CheckRequest) => outcomeOf(() => createPlace(settings, systemClock))
  registerDialogRoute(RED, { path: '/kasa-monitor/databases/check', permission, parse, answer: check })
  registerDialogRoute(RED, { path: '/kasa-monitor/databases/create', permission, parse, answer: create })
}

/** That a server is away or refuses the login is an answer to the question, no failure of it. */
async function outcomeOf(look: () => Promise<DatabaseCheck>): Promise<object> {
  try {
    return { check: await look() }
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
}
