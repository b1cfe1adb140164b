import type { Line } from '../../src/database/line-protocol/line'
import { storedText } from '../../src/database/line-protocol/line-text'
import { problem, type Bucket } from './influx2-server'
import type { Received, Reply } from './scripted-server'
import type { StoredLines } from './stored-lines'

/*
 * Answers the Flux that is sent here as its documentation says each function works on a stream of tables
 * (docs.influxdata.com/flux/v0/stdlib/universe). Anything else is refused, so that no test passes on a statement that
 * nobody has thought about.
 */

type Value = string | number | boolean | bigint | Date
type Row = ReadonlyMap<string, Value>
type Table = readonly Row[]
type Stage = (tables: readonly Table[]) => readonly Table[]

const TEXT = '"((?:[^"\\\\]|\\\\.)*)"'
const NAMES = /^\[("\w+"(?:, "\w+")*)\]$/
const PIVOT = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")'

class Refused extends Error {}

/** For `Influx2Server.flux`. */
export function answerFlux({ body, query }: Received, buckets: ReadonlyMap<string, Bucket>): Reply {
  if (query.get('org') !== 'home') return problem(404, 'not found', 'organization name not found')
  const { query: text, type } = JSON.parse(body) as { query: string; type: string }
  const [from = '', ...stages] = text.split('\n  |> ')
  try {
    const bucket = matched(new RegExp(`^from\\(bucket: ${TEXT}\\)$`), from)[1] as string
    if (type !== 'flux') throw new Refused('no Flux')
    const stored = buckets.get(unescaped(bucket))?.stored
    if (!stored) return problem(404, 'not found', `could not find bucket "${bucket}"`)
    const tables = stages.reduce<readonly Table[]>((tables, stage) => stageOf(stage)(tables), tablesOf(stored))
    return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: tables.map(csvOf).join('') }
  } catch (error) {
    if (error instanceof Refused) return problem(400, 'invalid', `${error.message} in: ${text}`)
    throw error
  }
}

const known = new WeakMap<readonly Line[], readonly Table[]>()

/** A table for each field of each series. */
function tablesOf({ lines }: StoredLines): readonly Table[] {
  const made = known.get(lines) ?? tablesOfLines(lines)
  known.set(lines, made)
  return made
}

function tablesOfLines(lines: readonly Line[]): readonly Table[] {
  const tables = new Map<string, Row[]>()
  for (const { measurement, tags, fields, timestamp } of lines) {
    const stored = [...tags].map(([name, value]) => [name, storedText(value)] as const)
    for (const [field, value] of fields) {
      const key = JSON.stringify([measurement, stored, field])
      const own = [
        ['_time', new Date(timestamp)],
        ['_measurement', measurement],
        ['_field', field],
        ['_value', value],
      ]
      const row = new Map<string, Value>([...(own as [string, Value][]), ...stored])
      const table = tables.get(key)
      if (table) table.push(row)
      else tables.set(key, [row])
    }
  }
  return [...tables.values()]
}

function stageOf(stage: string): Stage {
  const [, name = '', given = ''] = matched(/^(\w+)\((.*)\)$/s, stage)
  switch (name) {
    case 'range': {
      const [, start = '', stop = ''] = matched(/^start: (\S+), stop: (\S+)$/, given)
      const [from, to] = [Date.parse(start), Date.parse(stop)]
      return rows((row) => timeOf(row) >= from && timeOf(row) < to)
    }
    case 'filter': {
      const condition = matched(/^fn: \(r\) => (.*)$/s, given)[1] as string
      const holds = conditionOf(condition)
      // Comparisons here are with what all rows of a table share.
      if (/exists|_value/.test(condition)) return rows(holds)
      return (tables) => tables.filter((table) => table.slice(0, 1).every(holds))
    }
    case 'first':
      return (tables) => tables.map((table) => table.slice(0, 1))
    case 'last':
      return (tables) => tables.map((table) => table.slice(-1))
    case 'window': {
      const [, every, offset] = matched(/^every: (\d+)ms, offset: (\d+)ms$/, given).map(Number)
      return windows(every as number, offset as number)
    }
    case 'count':
      return (tables) => tables.map(([row, ...others]) => [counted(row as Row, 1 + others.length)])
    case 'duplicate':
      if (given !== 'column: "_start", as: "_time"') throw new Refused('another duplicate')
      return columns(([name, value]) =>
        name === '_start'
          ? [
              [name, value],
              ['_time', value],
            ]
          : [[name, value]],
      )
    case 'toString':
      return columns(([name, value]) => [[name, name === '_value' ? String(value) : value]])
    case 'pivot':
      if (stage !== PIVOT) throw new Refused('another pivot')
      return pivoted
    case 'group':
      if (given !== '') throw new Refused('another group')
      return grouped
    case 'sort': {
      const isDescending = matched(/^columns: \["_time"\], desc: (true|false)$/, given)[1] === 'true'
      const compare = (one: Row, other: Row) =>
        isDescending ? timeOf(other) - timeOf(one) : timeOf(one) - timeOf(other)
      return (tables) => tables.map((table) => shuffled(table).sort(compare))
    }
    case 'limit': {
      const limit = Number(matched(/^n: (\d+)$/, given)[1])
      return (tables) => tables.map((table) => table.slice(0, limit))
    }
    case 'keep':
    case 'drop': {
      const names = namesIn(matched(/^columns: (.*)$/, given)[1] as string)
      return columns(([column, value]) => (names.includes(column) === (name === 'keep') ? [[column, value]] : []))
    }
    default:
      throw new Refused(`unknown function ${name}`)
  }
}

/** A tree of `or`, or one comparison. */
function conditionOf(text: string): (row: Row) => boolean {
  const comparison = new RegExp(`^r\\.(\\w+) (==|!=) ${TEXT}$`, 's').exec(text)
  if (comparison) {
    const [, name = '', sign, value = ''] = comparison
    return (row) => (row.get(name) === unescaped(value)) === (sign === '==')
  }
  const existence = /^exists r\["(\w+)"\]$/.exec(text)
  if (existence) return (row) => row.has(existence[1] as string)
  const parts = text.startsWith('(') && text.endsWith(')') ? partsOf(text.slice(1, -1)) : []
  if (parts.length !== 2) throw new Refused(`unknown condition ${text}`)
  const conditions = parts.map(conditionOf)
  return (row) => conditions.some((holds) => holds(row))
}

/** What stands on both sides of an `or` outside of strings and brackets. */
function partsOf(text: string): string[] {
  let [depth, start] = [0, 0]
  const parts: string[] = []
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|\(|\)| or /gs)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (token === ' or ' && depth === 0) {
      parts.push(text.slice(start, index))
      start = index + token.length
    }
  }
  return [...parts, text.slice(start)]
}

const TAGS = ['_measurement', 'device_id', 'model', 'duration_ms']

function pivoted(tables: readonly Table[]): Table[] {
  const series = new Map<string, Map<number, Map<string, Value>>>()
  for (const row of tables.flat()) {
    const tags = TAGS.flatMap((tag) => (row.has(tag) ? [[tag, row.get(tag) as Value] as const] : []))
    const moments = series.get(JSON.stringify(tags)) ?? new Map<number, Map<string, Value>>()
    series.set(JSON.stringify(tags), moments)
    const wide = moments.get(timeOf(row)) ?? new Map<string, Value>([['_time', row.get('_time') as Value], ...tags])
    moments.set(timeOf(row), wide.set(String(row.get('_field')), row.get('_value') as Value))
  }
  return [...series.values()].map((moments) => [...moments.values()].sort((a, b) => timeOf(a) - timeOf(b)))
}

/** Aligned to the epoch, and moved by the offset. */
function windows(every: number, offset: number): Stage {
  const startOf = (row: Row) => Math.floor((timeOf(row) - offset) / every) * every + offset
  return (tables) =>
    tables.flatMap((table) => {
      const made = new Map<number, Row[]>()
      for (const row of table) {
        const start = startOf(row)
        const own = made.get(start) ?? []
        made.set(start, own)
        own.push(new Map([...row, ['_start', new Date(start)]]))
      }
      return [...made.values()]
    })
}

/** Without the columns that are not part of the group key. */
function counted(row: Row, count: number): Row {
  return new Map<string, Value>([...[...row].filter(([name]) => name !== '_time'), ['_value', BigInt(count)]])
}

/** Columns of one name have to be of one type. */
function grouped(tables: readonly Table[]): Table[] {
  const types = new Map<string, string>()
  for (const [name, value] of tables.flat().flatMap((row) => [...row])) {
    const known = types.get(name) ?? typeOf(value)
    if (known !== typeOf(value)) throw new Refused(`schema collision: cannot group ${known} and ${typeOf(value)}`)
    types.set(name, known)
  }
  const all = tables.flat()
  return all.length > 0 ? [all] : []
}

/** Nothing is said about the order of rows of one moment. */
function shuffled(table: Table): Row[] {
  return [...table].sort(() => Math.random() - 0.5)
}

function rows(holds: (row: Row) => boolean): Stage {
  return (tables) => tables.map((table) => table.filter(holds)).filter((table) => table.length > 0)
}

function columns(change: (column: [string, Value]) => [string, Value][]): Stage {
  return (tables) => tables.map((table) => table.map((row) => new Map([...row].flatMap(change))))
}

function csvOf(table: Table): string {
  const names = [...new Set(table.flatMap((row) => [...row.keys()]))]
  const types = names.map((name) => typeOf(table.find((row) => row.has(name))?.get(name) as Value))
  const head = [
    ['#datatype', 'string', 'long', ...types],
    ['#group', 'false', 'false', ...names.map(() => 'false')],
    ['#default', '_result', '', ...names.map(() => '')],
    ['', 'result', 'table', ...names],
  ]
  const body = table.map((row) => ['', '', '0', ...names.map((name) => cellOf(row.get(name)))])
  return `${[...head, ...body].map((line) => `${line.join(',')}\r\n`).join('')}\r\n`
}

function cellOf(value: Value | undefined): string {
  const text = value instanceof Date ? value.toISOString().replace(/\.?0*Z$/, 'Z') : String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function typeOf(value: Value): string {
  if (value instanceof Date) return 'dateTime:RFC3339'
  return { number: 'double', boolean: 'boolean', bigint: 'long', string: 'string' }[typeof value as 'number'] ?? ''
}

function timeOf(row: Row): number {
  return (row.get('_time') as Date).getTime()
}

function namesIn(text: string): string[] {
  return (
    matched(NAMES, text)[1]
      ?.split(', ')
      .map((name) => name.slice(1, -1)) ?? []
  )
}

function unescaped(text: string): string {
  if (/(?<!\\)\$\{/.test(text)) throw new Refused('an expression within a string')
  return text.replace(/\\(\$\{|["\\nrt])/g, (_, character: string) => ESCAPES[character] ?? character)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function matched(pattern: RegExp, text: string): RegExpExecArray {
  const match = pattern.exec(text)
  if (!match) throw new Refused(`cannot read ${text}`)
  return match
}
