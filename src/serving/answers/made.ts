import type { Answer, Format, OwnAnswer, RowsEnd } from './answer'
import { MEDIA_TYPES } from './negotiation'
import type { Content } from './page'
import { textOf } from './row-text'

/** An answer that is too large to be held: it has begun, and the rest is made while it is sent. */
export interface Streamed {
  readonly type: string
  readonly begun: readonly string[]
  readonly rest: AsyncGenerator<string, RowsEnd, void>
  /** To be called once nobody reads it any more. */
  readonly end: () => Promise<void>
}

export type Made = { readonly content: Content } | { readonly stream: Streamed } | OwnAnswer

/** Characters of an answer that is held whole, encoded and kept. */
const LARGEST_WHOLE = 500_000

const CHARSET = '; charset=utf-8'

/**
 * @param query of the request
 * @param ended called when a stream has ended, and only then
 */
export async function made(answer: Answer, format: Format, query: string, ended: () => void): Promise<Made> {
  if ('serve' in answer) return answer
  if ('json' in answer) {
    const body = JSON.stringify(answer.json)
    return { content: { status: answer.status ?? 200, type: MEDIA_TYPES.json, body } }
  }
  if ('text' in answer) {
    return { content: { status: answer.status ?? 200, type: answer.type, body: answer.text } }
  }
  const type = MEDIA_TYPES[format] + (format === 'csv' ? CHARSET : '')
  const rest = textOf(answer, format)
  const begun: string[] = []
  for (let length = 0; length <= LARGEST_WHOLE;) {
    const next = await rest.next()
    if (next.done) return { content: { status: 200, type, body: begun.join(''), ...nextPage(query, next.value) } }
    begun.push(next.value)
    length += next.value.length
  }
  const end = async () => {
    await rest.return({})
    ended()
  }
  return { stream: { type, begun, rest, end } }
}

function nextPage(query: string, { cursor }: RowsEnd): { next: string } | undefined {
  if (typeof cursor !== 'string') return undefined
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', cursor)
  return { next: parameters.toString() }
}
