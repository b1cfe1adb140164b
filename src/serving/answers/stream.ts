import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Deadline } from '../protection/deadline'
import { encoderOf } from './encoding'
import type { Exchange } from './exchange'
import { VARY } from './page'
import type { Streamed } from './made'
import { encodingFor } from './negotiation'

/**
 * Sends an answer while it is made, no faster than the client reads it. Where it cannot be finished the connection ends, so that
 * nobody takes what has come for all of it.
 */
export async function stream(
  exchange: Exchange,
  { type, begun, rest, end }: Streamed,
  deadline: Deadline,
): Promise<void> {
  const { request, response } = exchange
  const encoding = encodingFor(exchange.header('accept-encoding'))
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Cache': 'MISS' }
  let bytes = 0
  const pieces = async function* () {
    for (const piece of begun) yield piece
    for await (const piece of rest) {
      deadline.extend()
      bytes += piece.length
      yield piece
    }
  }
  try {
    response.setHeader('Vary', VARY)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.writeHead(200, { ...headers, ...(encoding !== 'identity' && { 'Content-Encoding': encoding }) })
    if (request.method === 'HEAD') return void response.end()
    const encoder = encoderOf(encoding)
    const readable = Readable.from(pieces(), { objectMode: true, highWaterMark: 1 })
    const { signal } = deadline
    await (encoder ? pipeline(readable, encoder, response, { signal }) : pipeline(readable, response, { signal }))
  } catch {
    response.destroy()
  } finally {
    deadline.end()
    await end()
    exchange.count(200, bytes)
  }
}
