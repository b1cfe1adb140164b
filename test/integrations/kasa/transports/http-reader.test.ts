import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { MAXIMUM_REPLY_BYTES } from '../../../../src/integrations/kasa/transports/frame-reader'
import { MAXIMUM_HEAD_BYTES } from '../../../../src/integrations/kasa/transports/http-head'
import { HttpReader, type HttpReply } from '../../../../src/integrations/kasa/transports/http-reader'

/** Feeds `bytes` in pieces of the given sizes, each in a buffer that is used again, up to the first complete reply. */
function feed(reader: HttpReader, bytes: Buffer, sizes: readonly number[] = []): HttpReply | undefined {
  const shared = Buffer.alloc(Math.max(1, bytes.length))
  let place = 0
  for (const size of [...sizes, bytes.length]) {
    const length = bytes.subarray(place, place + size).copy(shared)
    if (length === 0) continue
    place += length
    const reply = reader.push(shared, length)
    if (reply) return reply
    shared.fill(0xee)
  }
  return undefined
}

const read = (text: string) => feed(new HttpReader(), Buffer.from(text, 'latin1'))
const code = (thrown: unknown) => (thrown instanceof MonitorError ? thrown.code : String(thrown))
function codeOf(text: string): string {
  try {
    return read(text) ? 'complete' : 'incomplete'
  } catch (thrown) {
    return code(thrown)
  }
}

const bodies = fc.uint8Array({ maxLength: 3000 })
const cuts = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 40 })

function chunked(body: Uint8Array, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n')]
  let place = 0
  for (const size of [...sizes, body.length]) {
    const piece = body.subarray(place, place + size)
    if (piece.length === 0) continue
    place += piece.length
    parts.push(Buffer.from(`${piece.length.toString(16)};note=1\r\n`), Buffer.from(piece), Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: 1\r\n\r\n')])
}

describe('reading HTTP replies', () => {
  it('puts a reply with a length together however the network cuts it', () => {
    fc.assert(
      fc.property(bodies, cuts, fc.integer({ min: 200, max: 599 }), (body, sizes, status) => {
        fc.pre(status !== 204 && status !== 304)
        const head = `HTTP/1.1 ${status} Whatever\r\nServer: SHIP 2.0\r\nContent-Length: ${body.length}\r\n\r\n`
        const reader = new HttpReader()
        const reply = feed(reader, Buffer.concat([Buffer.from(head), body]), sizes)
        assert.deepEqual(
          { ...reply, body: [...(reply?.body ?? [])] },
          { status, body: [...body], cookies: '', keep: true },
        )
        assert.equal(reader.begun, false)
      }),
    )
  })

  it('puts a chunked reply together however it is cut twice', () => {
    fc.assert(
      fc.property(bodies, cuts, cuts, (body, chunkSizes, sizes) => {
        const reply = feed(new HttpReader(), chunked(body, chunkSizes), sizes)
        assert.deepEqual([...(reply?.body ?? [])], [...body])
        assert.equal(reply?.keep, true)
      }),
    )
  })

  it('takes what has come for the body where only the end of the connection ends it', () => {
    fc.assert(
      fc.property(bodies, cuts, (body, sizes) => {
        const reader = new HttpReader()
        assert.equal(feed(reader, Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), body]), sizes), undefined)
        const reply = reader.end()
        assert.deepEqual([...(reply?.body ?? [])], [...body])
        assert.equal(reply?.keep, false)
        assert.equal(reader.begun, false)
      }),
    )
  })

  it('takes the end of the connection for no end of a reply that announced its length or its chunks', () => {
    for (const head of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
      const reader = new HttpReader()
      assert.equal(feed(reader, Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n3\r\n`)), undefined)
      assert.equal(reader.end(), undefined)
    }
    assert.equal(new HttpReader().end(), undefined)
  })

  it('gives a reply, waits for more, or says what is wrong, whatever bytes come in whatever pieces', () => {
    const beginnings = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    const rest = fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom('\r', '\n', ':', '0', 'a', ';', ' ') }))
    fc.assert(
      fc.property(beginnings, rest, cuts, (beginning, bytes, sizes) => {
        const reader = new HttpReader()
        try {
          feed(reader, Buffer.concat([Buffer.from(beginning), Buffer.from(bytes)]), sizes)
          reader.end()
        } catch (thrown) {
          assert.ok(['REPLY_INVALID', 'REPLY_TOO_LARGE'].includes(code(thrown)), String(thrown))
        }
      }),
    )
  })

  it('says the same of the same bytes, however they are cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('\r\n', 'Content-Length: ', '5', 'Transfer-Encoding: chunked', '0', 'x'),
    })
    const outcome = (bytes: Buffer, sizes: readonly number[]) => {
      try {
        return feed(new HttpReader(), bytes, sizes)?.body.toString('latin1')
      } catch (thrown) {
        return code(thrown)
      }
    }
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 20 })), (lines, sizes) => {
        const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${lines}`)
        const whole = outcome(bytes, [])
        assert.equal(outcome(bytes, sizes), whole)
      }),
    )
  })

  it('collects cookies', () => {
    const head =
      'HTTP/1.1 200 OK\r\nSet-Cookie: TP_SESSIONID=A;TIMEOUT=1440\r\nset-cookie:  other=1\r\nContent-Length:0\r\n\r\n'
    assert.equal(read(head)?.cookies, 'TP_SESSIONID=A;TIMEOUT=1440;other=1')
  })

  it('keeps the connection as the device wishes', () => {
    const keeps = (version: string, headers: string) =>
      read(`HTTP/${version} 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`)?.keep
    assert.equal(keeps('1.1', ''), true)
    assert.equal(keeps('1.1', 'Connection: Close\r\n'), false)
    assert.equal(keeps('1.0', ''), false)
    assert.equal(keeps('1.0', 'Connection: Keep-Alive\r\n'), true)
  })

  it('gives a reply that more follows, and keeps the connection no longer', () => {
    const reply = read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more')
    assert.equal(reply?.body.toString(), 'ok')
    assert.equal(reply.keep, false)
    assert.equal(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200')?.keep, false)
  })

  it('expects no body where there can be none', () => {
    assert.equal(read('HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n')?.body.length, 0)
  })

  it('refuses what is no HTTP with the first byte that shows it', () => {
    for (const text of ['\0', 'HTTP/2', 'GET / HTTP/1.1', 'HTTX']) assert.equal(codeOf(text), 'REPLY_INVALID', text)
    for (const text of ['H', 'HTTP/1.', 'HTTP/1.1 200 OK\r\n']) assert.equal(codeOf(text), 'incomplete', text)
  })

  it('refuses heads that say nothing, too much, or two things at once', () => {
    const refused = [
      'HTTP/1.1 OK',
      'HTTP/1.1 100 Continue',
      'HTTP/1.1 20',
      'HTTP/1.1 200 OK\r\nContent-Length: -1',
      'HTTP/1.1 200 OK\r\nContent-Length: 1e3',
      'HTTP/1.1 200 OK\r\nContent-Length: ',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2',
    ]
    for (const head of refused) assert.equal(codeOf(`${head}\r\n\r\n`), 'REPLY_INVALID', head)
  })

  it('refuses what is too large before it has come', () => {
    const head = 'HTTP/1.1 200 OK\r\n'
    assert.equal(codeOf(`${head}Content-Length: ${MAXIMUM_REPLY_BYTES + 1}\r\n\r\n`), 'REPLY_TOO_LARGE')
    assert.equal(codeOf(`${head}Content-Length: 999999999999999\r\n\r\n`), 'REPLY_TOO_LARGE')
    assert.equal(codeOf(`${head}Transfer-Encoding: chunked\r\n\r\nffffffff\r\n`), 'REPLY_TOO_LARGE')
    assert.equal(codeOf(`${head}${'x'.repeat(MAXIMUM_HEAD_BYTES)}`), 'REPLY_TOO_LARGE')
    assert.equal(codeOf(`${head}\r\n${'x'.repeat(MAXIMUM_REPLY_BYTES + 1)}`), 'REPLY_TOO_LARGE')
    assert.equal(codeOf(`${head}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(50_000)}`), 'REPLY_TOO_LARGE')
    assert.equal(
      codeOf(`${head}Content-Length: ${MAXIMUM_REPLY_BYTES}\r\n\r\n${'x'.repeat(MAXIMUM_REPLY_BYTES)}`),
      'complete',
    )
  })

  it('refuses broken chunks', () => {
    for (const chunks of ['\r\n', 'x\r\n', '2\r\nabcd', '123456789\r\n', '1'.repeat(300)]) {
      assert.equal(codeOf(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`), 'REPLY_INVALID', chunks)
    }
  })
})
