import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Format, Row } from '../../../src/serving/answers/answer'
import { textOf } from '../../../src/serving/answers/row-text'

async function written(batches: readonly (readonly Row[])[], format: Format, columns = ['a', 'b']): Promise<string> {
  async function* rows(): AsyncGenerator<readonly Row[], Row, void> {
    for (const batch of batches) {
      await Promise.resolve()
      yield batch
    }
    return { more: true }
  }
  let text = ''
  for await (const piece of textOf({ rows: rows(), member: 'rows', columns }, format)) text += piece
  return text
}

/** As RFC 4180 has it. */
function parsed(csv: string): string[][] {
  const lines: string[][] = [[]]
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\r\n') lines.push([])
    if (end === '') break
  }
  return lines.slice(0, -1)
}

describe('The text of rows', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('a,b', '"', 'x\r\ny', ''),
    fc.integer(),
    fc.boolean(),
  )
  const row = fc.record({ a: value, b: value }, { requiredKeys: ['a'], noNullPrototype: true })
  const batches = fc.array(fc.array(row, { maxLength: 4 }), { maxLength: 4 })

  it('is JSON, or lines of JSON, whatever the rows hold and however they come', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const all = given.flat()
        assert.deepEqual(JSON.parse(await written(given, 'json')), { rows: all, more: true })
        const lines = (await written(given, 'ndjson')).split('\n').slice(0, -1)
        assert.deepEqual(
          lines.map((line) => JSON.parse(line) as Row),
          all,
        )
      }),
      { numRuns: 100 },
    )
  })

  it('is a table of as many columns as it should have, whatever the rows hold', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const [head, ...lines] = parsed(await written(given, 'csv'))
        assert.deepEqual(head, ['a', 'b'])
        const harmless = (each: unknown) => {
          const text = each === undefined ? '' : String(each)
          return typeof each === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
        }
        assert.deepEqual(
          lines,
          given.flat().map((each) => [harmless(each.a), harmless(each.b)]),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('has no formula that a spreadsheet would run, and leaves numbers as they are', async () => {
    const csv = await written(
      [
        [
          { a: '=cmd|calc', b: -5 },
          { a: '@SUM(1)', b: '-5' },
        ],
      ],
      'csv',
    )
    assert.equal(csv, "a,b\r\n'=cmd|calc,-5\r\n'@SUM(1),'-5\r\n")
  })

  it('ends the reading where nobody wants the rest', async () => {
    let isOver = false
    async function* rows(): AsyncGenerator<readonly Row[], Row, void> {
      try {
        for (;;) {
          await Promise.resolve()
          yield [{ a: 1 }]
        }
      } finally {
        isOver = true
      }
    }
    const text = textOf({ rows: rows(), member: 'rows', columns: [] }, 'json')
    for (let piece = 0; piece < 3; piece++) await text.next()
    await text.return({})
    assert.ok(isOver)
  })
})
