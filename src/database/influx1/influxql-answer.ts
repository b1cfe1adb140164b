import type { DatabaseRecord } from '../history/record-source'
import { oddAnswer, refused } from '../influx/query-answer'

type Given = Readonly<Record<string, unknown>>

/** The records of one line of an answer in parts. @throws MonitorError what the server says against the statement */
export function recordsOf(line: string): DatabaseRecord[] {
  return seriesOf(line).flatMap(recordsOfSeries)
}

/** What one column holds, of an answer that tells of no moments. */
export function columnOf(name: string, line: string): unknown[] {
  return seriesOf(line).flatMap((series) => {
    const index = listOf(series, 'columns').indexOf(name)
    return listOf(series, 'values').map((values) => (Array.isArray(values) ? (values as unknown[])[index] : undefined))
  })
}

function seriesOf(line: string): Given[] {
  if (line.trim() === '') return []
  const answer = objectOf(parsed(line))
  const error = textOf(answer, 'error')
  if (error !== undefined) throw refusalOf(error)
  return listOf(answer, 'results').flatMap((given) => {
    const result = objectOf(given)
    const error = textOf(result, 'error')
    if (error !== undefined) throw refusalOf(error)
    return listOf(result, 'series').map(objectOf)
  })
}

function recordsOfSeries(series: Given): DatabaseRecord[] {
  const tags = objectOf(own(series, 'tags') ?? {})
  const columns = new Map<unknown, number>(listOf(series, 'columns').map((name, index) => [name, index]))
  const time = columns.get('time')
  return listOf(series, 'values').map((values) => {
    if (!Array.isArray(values) || time === undefined) throw oddAnswer('rows without time')
    const timestamp: unknown = values[time]
    if (!Number.isSafeInteger(timestamp)) throw oddAnswer('a time that is none')
    const get = (column: string): unknown => {
      const index = columns.get(column)
      return index === undefined ? own(tags, column) : (values as unknown[])[index]
    }
    return { timestamp: timestamp as number, get }
  })
}

/** InfluxDB 1.x tells in words alone what is wrong, and with status 200. */
function refusalOf(words: string) {
  if (/^database not found|^retention policy not found/.test(words)) return refused('DATABASE_MISSING', words)
  const isPassing = /timeout|max-concurrent-queries|query interrupted|shutdown/.test(words)
  return refused(isPassing ? 'DATABASE_UNAVAILABLE' : 'DATABASE_UNSUPPORTED', words)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw oddAnswer('it is no JSON')
  }
}

function objectOf(value: unknown): Given {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given
  throw oddAnswer('an object is missing')
}

function own(object: Given, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function listOf(object: Given, key: string): readonly unknown[] {
  const value = own(object, key)
  if (value === undefined) return []
  if (Array.isArray(value)) return value as readonly unknown[]
  throw oddAnswer(`${key} is no list`)
}

function textOf(object: Given, key: string): string | undefined {
  const value = own(object, key)
  return typeof value === 'string' ? value : undefined
}
