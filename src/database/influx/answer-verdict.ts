import { MonitorError } from '../../domain/errors'
import type { Verdict } from '../sending/verdict'
import type { Answer } from './influx-connection'

export function answerVerdict({ status, body }: Answer, host: string): Verdict {
  if (status >= 200 && status < 300) return { kind: 'stored' }
  const error = (code: 'DATABASE_LOGIN_REFUSED' | 'DATABASE_MISSING' | 'DATABASE_UNAVAILABLE') =>
    new MonitorError(code, `${host} answers ${status}: ${body.slice(0, 300)}`, { details: { host } })
  if (status === 401 || status === 403) return { kind: 'held', error: error('DATABASE_LOGIN_REFUSED') }
  if (status === 404) return { kind: 'held', error: error('DATABASE_MISSING') }
  if (status === 413) return { kind: 'too-large' }
  if (status === 400 || status === 422) return { kind: 'refused', reason: body.slice(0, 300) }
  return { kind: 'retry', error: error('DATABASE_UNAVAILABLE') }
}
