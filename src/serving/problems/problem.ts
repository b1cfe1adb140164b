import { STATUS_CODES } from 'node:http'
import { RETRY_BY_CODE, type ErrorCode, type MonitorError } from '../../domain/errors'
import { statusOf } from './problem-status'

export const PROBLEM_TYPE = 'application/problem+json'

/** Where every code is explained. */
const EXPLAINED_AT = 'https://github.com/kasa-monitor/node-red-kasa-monitor/blob/main/docs/errors.md'

/** RFC 9457: what went wrong with a request. */
export interface Problem {
  /** `about:blank`: the status says it all. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code?: ErrorCode
  /** Which parameter, or member of the body, and what is allowed. */
  readonly field?: string
  readonly range?: string
  readonly device_id?: string
}

/** For what HTTP has a status of its own. */
export function problem(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail }
}

export function problemOf({ code, message, details }: MonitorError): Problem {
  // What nobody has foreseen may say more than its reader should know.
  const detail = code === 'INTERNAL' ? 'A fault of the API itself; the log of Node-RED says more.' : message
  const { field, range, device_id } = details
  return {
    type: `${EXPLAINED_AT}#${code}`,
    title: titleOf(code),
    status: statusOf(code),
    detail,
    code,
    ...(field !== undefined && { field }),
    ...(range !== undefined && { range }),
    ...(device_id !== undefined && { device_id }),
  }
}

/** `DEVICE_UNKNOWN` is "Device unknown". */
function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** As the description of the API has it. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: {
      enum: Object.keys(RETRY_BY_CODE),
      description: 'What a program goes by. Absent where the status says it all.',
    },
    field: { type: 'string', description: 'The parameter, or member of the body, that is wrong.' },
    range: { type: 'string', description: 'What it may be.' },
    device_id: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail'],
} as const
