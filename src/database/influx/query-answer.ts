import { MonitorError, type ErrorCode } from '../../domain/errors'
import { ServerWords } from '../sending/server-words'
import type { Answer, Exchange, InfluxConnection } from './influx-connection'

/** What a question needs of a connection. */
export type QueryConnection = Pick<InfluxConnection, 'exchange'>

/** Thousands of records fit in; what is larger was not asked for. */
const MAXIMUM_BYTES = 16 * 1024 * 1024
/** A line is decoded in one go, so no longer than that takes some ms. */
const MAXIMUM_LINE = 1024 * 1024
const MAXIMUM_WORDS = 300
/**
 * InfluxDB 3 Core says only in words that a range holds more files than it opens: "Query would exceed file limit of 432
 * parquet files" (write_buffer/mod.rs in influxdata/influxdb).
 */
const FILE_LIMIT = /\bfile limit\b/i

/**
 * The lines of what a server answers to a question, not decoded.
 * @throws MonitorError `DATABASE_LOGIN_REFUSED`, `DATABASE_MISSING`, `DATABASE_UNAVAILABLE`, `DATABASE_UNSUPPORTED`,
 * `DATABASE_INVALID` where the answer is too large, `QUERY_TOO_LARGE` where the server wants a shorter range
 */
export async function ask(connection: QueryConnection, question: Exchange): Promise<Iterable<string>> {
  const answer = await connection.exchange(question)
  if (answer.status !== 200) throw refusalOf(answer)
  if (answer.body.length > MAXIMUM_BYTES) throw oddAnswer(`it is larger than ${MAXIMUM_BYTES} bytes`)
  return linesOf(answer.body)
}

/** A refusal with the server's words, as many of them as a person reads. */
export function refused(code: ErrorCode, words: string): MonitorError {
  return new MonitorError(code, `The database refuses the query: ${words.slice(0, MAXIMUM_WORDS)}`)
}

/** What is no answer in the server's own form. */
export function oddAnswer(why: string): MonitorError {
  return new MonitorError('DATABASE_INVALID', `The answer of the database cannot be read: ${why}`)
}

function* linesOf(body: string): Generator<string> {
  let start = 0
  while (start < body.length) {
    const found = body.indexOf('\n', start)
    const end = found < 0 ? body.length : found
    if (end - start > MAXIMUM_LINE) throw oddAnswer(`a line is longer than ${MAXIMUM_LINE} characters`)
    yield body.slice(start, body.charCodeAt(end - 1) === 13 ? end - 1 : end)
    start = end + 1
  }
}

function refusalOf({ status, headers, body }: Answer): MonitorError {
  // Without the server's words: some repeat the header.
  if (status === 401) return refused('DATABASE_LOGIN_REFUSED', '401; check the token, or user and password')
  if (status === 403) return refused('DATABASE_LOGIN_REFUSED', '403; the login may not read here')
  const { reason } = new ServerWords(body, headers['x-influxdb-error'])
  if (FILE_LIMIT.test(reason)) return refused('QUERY_TOO_LARGE', reason)
  if (status === 404) return refused('DATABASE_MISSING', reason)
  const isPassing = status === 408 || status === 429 || status >= 500
  return refused(isPassing ? 'DATABASE_UNAVAILABLE' : 'DATABASE_UNSUPPORTED', `${status}, ${reason}`)
}
