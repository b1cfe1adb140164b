import { MonitorError } from '../../domain/errors'
import { retryAfter } from './retry-after'
import { ServerWords } from './server-words'
import type { Verdict } from './verdict'

/** What an InfluxDB, or a server that imitates one, answered to a write. */
export interface WriteAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** What the answer to a write of `count` lines means. Never throws. `now`: ms since the epoch. */
export function answerVerdict(answer: WriteAnswer, count: number, now: number): Verdict {
  const { status, headers, body } = answer
  const words = new ServerWords(body, headers['x-influxdb-error'])
  // InfluxDB 1 says 500 where the retention policy is missing.
  if (words.says('retention policy not found')) return missing(status, words)
  switch (status) {
    case 201:
    case 206:
      return words.explained ? partial(status, words, count) : { kind: 'stored' }
    case 400:
    case 422:
      return partial(status, words, count)
    case 401:
    case 403:
      return { kind: 'held', error: loginRefused(status) }
    case 404:
      return missing(status, words)
    case 413:
      return { kind: 'too-large' }
    case 408:
      return { ...passing(answer, words, now), timed_out: true }
    case 429:
      return passing(answer, words, now)
    default:
      return status >= 500 ? serverFault(answer, words, count, now) : otherVerdict(status, words)
  }
}

function partial(status: number, words: ServerWords, count: number): Verdict {
  const bad = words.badLines(count)
  if (bad) return { kind: 'stored', bad }
  const reason = words.reason || `the server answered ${status} without a reason`
  if (!areAllExpired(words, count)) return { kind: 'refused', reason }
  return { kind: 'stored', bad: Array.from({ length: count }, (_, index) => ({ index, reason, expired: true })) }
}

/**
 * Where only some are too old it pays to look for them: InfluxDB 1 then keeps quiet about lines that it could not read, and
 * does not count them.
 */
function areAllExpired(words: ServerWords, count: number): boolean {
  return words.says('beyond retention policy', 'outside retention policy') && (words.dropped ?? 1) >= count
}

function serverFault(answer: WriteAnswer, words: ServerWords, count: number, now: number): Verdict {
  // InfluxDB 2.0 and 2.1 blame themselves for bad lines: github.com/influxdata/telegraf/issues/8571 and 11005.
  if (words.says('partial write', 'field type conflict', 'retention policy')) {
    return partial(answer.status, words, count)
  }
  const verdict = passing(answer, words, now)
  // What stands behind a proxy may have been restarted.
  return answer.status === 502 ? { ...verdict, lost_connection: true } : verdict
}

function passing({ status, headers }: WriteAnswer, words: ServerWords, now: number): Verdict & { kind: 'retry' } {
  const after_ms = retryAfter(headers, now)
  const text = `The server takes nothing now ${saying(status, words)}; it is asked again by itself, look at it if that lasts`
  const error = new MonitorError('DATABASE_UNAVAILABLE', text)
  return { kind: 'retry', error, ...(after_ms !== undefined && { after_ms }) }
}

function otherVerdict(status: number, words: ServerWords): Verdict {
  if (status >= 200 && status < 300) return { kind: 'stored' }
  const text = `The server does not take points here ${saying(status, words)}: check its address and the type chosen`
  return { kind: 'held', error: new MonitorError('DATABASE_UNSUPPORTED', text) }
}

/** Without the server's words: some name the user, or repeat the header. */
function loginRefused(status: number): MonitorError {
  const text =
    status === 401
      ? 'The server refuses the login (401): check the token, or user and password'
      : 'The login may not write here (403): give it the right to write to this database or bucket'
  return new MonitorError('DATABASE_LOGIN_REFUSED', text)
}

function missing(status: number, words: ServerWords): Verdict {
  const text = `The server has no such database, bucket or retention policy ${saying(status, words)}: check the name, or create it`
  return { kind: 'held', error: new MonitorError('DATABASE_MISSING', text) }
}

/** A page of a proxy says nothing to anybody. */
function saying(status: number, words: ServerWords): string {
  return words.explained ? `(${status}, ${words.reason})` : `(${status})`
}
