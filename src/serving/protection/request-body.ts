import type { IncomingMessage } from 'node:http'
import { problem, type Problem } from '../problems/problem'

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i

export type ReadBody = { readonly value: unknown } | { readonly problem: Problem }

/** The JSON of a request. No more of it is kept than is allowed. Rejects where the client goes away. */
export async function readBody(request: IncomingMessage, largest_bytes: number): Promise<ReadBody> {
  // A form of another site could be posted with the cookies of whoever looks at it; JSON could not.
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    return { problem: problem(415, 'expected a body of the type application/json') }
  }
  const tooLarge = { problem: problem(413, `expected a body of at most ${largest_bytes} bytes`) }
  if (Number(request.headers['content-length'] ?? 0) > largest_bytes) return tooLarge
  if (request.readableEnded) return alreadyParsed(request, largest_bytes, tooLarge)
  const pieces: Buffer[] = []
  let size = 0
  // Otherwise what is too large could not be answered: the socket would be destroyed.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > largest_bytes) return tooLarge
    pieces.push(piece)
  }
  try {
    return { value: JSON.parse(Buffer.concat(pieces).toString()) as unknown }
  } catch {
    return { problem: problem(400, 'expected a body of valid JSON') }
  }
}

/** Where Node-RED's editor is at the root of the server, it reads every body of JSON before anybody else gets to see the request. */
function alreadyParsed(
  { body: value, headers }: IncomingMessage & { readonly body?: unknown },
  largest_bytes: number,
  tooLarge: ReadBody,
): ReadBody {
  // What it says of its size was true, or the editor had not read it.
  if (headers['content-length'] !== undefined) return { value }
  try {
    const size = value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value))
    return size > largest_bytes ? tooLarge : { value }
  } catch {
    // It can be nested more deeply than anything can write it down again.
    return tooLarge
  }
}
