import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { CONDITION_FIELDS } from '../../src/alerting/rules/condition-fields'
import { parseRules } from '../../src/alerting/rules/parse-rules'
import { READY_MADE } from '../../src/alerting/rules/ready-made'
import { RULE_FIELDS } from '../../src/alerting/rules/rule'
import { invalid } from '../../src/domain/errors'
import { MEASURED_KEYS } from '../../src/domain/reading'
import { errorOf, registerDialogRoute } from '../shared/dialog-route'
import { groupsOf } from './alert-settings'
import type { GroupRow } from './kasa-alert.schema'

/** It may not be deployed yet, and whichever it is, rules may go by it. */
const ANY_TARIFF = { currency: '' }

interface CheckRequest {
  /** The node that is being edited. */
  readonly id: string
  readonly rule: unknown
  readonly groups: readonly GroupRow[]
  /** Of the tariff that is chosen; blank: none. */
  readonly tariff: string
}

/** For the dialog: what a rule may hold, and the ready-made ones (`GET`); whether one would be taken (`POST`). */
export function registerRuleRoutes(RED: NodeAPI): void {
  const ready_made = READY_MADE.map(({ id, written, description }) => ({ id, rule: written, description }))
  const tables = { fields: RULE_FIELDS, conditions: CONDITION_FIELDS, ready_made, keys: MEASURED_KEYS }
  const may = RED.auth.needsPermission('kasa-alert.read')
  RED.httpAdmin.get('/kasa-monitor/alerts/tables', may, (_request: Request, response: Response) => {
    response.json(tables)
  })
  registerDialogRoute(RED, {
    path: '/kasa-monitor/alerts/check',
    permission: 'kasa-alert.write',
    parse: parseCheckRequest,
    answer: (request) => Promise.resolve(check(request)),
  })
}

/** What is wrong with a rule is the answer to the question, and no fault of it. */
function check({ rule, groups, tariff }: CheckRequest): { error?: ReturnType<typeof errorOf> } {
  try {
    parseRules([rule], 'rules', groupsOf(groups), tariff === '' ? undefined : ANY_TARIFF)
    return {}
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
}

function parseCheckRequest(body: unknown): CheckRequest {
  const { id, rule, groups, tariff = '' } = isObject(body) ? body : {}
  if (typeof id !== 'string') throw invalid('INPUT_INVALID', 'id', id, 'the id of the node')
  if (!Array.isArray(groups) || !groups.every(isGroup)) {
    throw invalid('INPUT_INVALID', 'groups', groups, 'a list of names and devices')
  }
  if (typeof tariff !== 'string') throw invalid('INPUT_INVALID', 'tariff', tariff, 'the id of a tariff, or blank')
  return { id, rule, groups, tariff }
}

function isGroup(given: unknown): given is GroupRow {
  return isObject(given) && typeof given.name === 'string' && typeof given.devices === 'string'
}

function isObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null
}
