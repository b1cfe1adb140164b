import { MonitorError } from '../../domain/errors'
import { answerVerdict } from '../sending/answer-table'
import type { Answer, Exchange, InfluxConnection } from './influx-connection'

/** What an administrator's question gave: keys are read by name, and never trusted. */
export type Json = Readonly<Record<string, unknown>>

/**
 * The answer to a question that is answered in JSON.
 * @throws MonitorError `DATABASE_LOGIN_REFUSED`, `DATABASE_MISSING`, `DATABASE_UNAVAILABLE`, `DATABASE_UNSUPPORTED`
 */
export async function askJson(connection: InfluxConnection, question: Exchange): Promise<unknown> {
  const answer = await connection.exchange(question)
  if (answer.status >= 300) throw adminError(answer)
  return jsonIn(answer)
}

/** @throws MonitorError `DATABASE_UNSUPPORTED` where there is no JSON in it */
export function jsonIn({ body }: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new MonitorError('DATABASE_UNSUPPORTED', 'The server answers without JSON: is this its address?')
  }
}

/** Why the server does not do what an administrator asks. */
export function adminError(answer: Answer): MonitorError {
  const verdict = answerVerdict(answer, 0, 0)
  if (answer.status === 403) return new MonitorError('DATABASE_LOGIN_REFUSED', 'The login may not do this (403)')
  if ('error' in verdict) return verdict.error
  const reason = verdict.kind === 'refused' ? verdict.reason : `it answers ${answer.status}`
  return new MonitorError('DATABASE_UNSUPPORTED', `The server refuses this: ${reason}`)
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(jsonOf) : []
}

export function jsonOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
