import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'mocha'
import { WebSocket, WebSocketServer } from 'ws'
import { textFrame } from '../../../src/serving/live/text-frame'

describe('A text that is framed for all clients at once', () => {
  it('comes as it was, whatever its length', async () => {
    const lengths = [0, 1, 125, 126, 127, 300, 65_535, 65_536, 100_000]
    const texts = [...lengths.map((length) => 'x'.repeat(length)), 'Küche 20 °C €', '😀'.repeat(20_000)]
    const door = new WebSocketServer({ noServer: true })
    const server = createServer().on('upgrade', (request, socket, head) => {
      door.handleUpgrade(request, socket, head, (peer) => {
        for (const text of texts) socket.write(textFrame(text))
        peer.close()
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const came: string[] = []
    socket.on('message', (data: Buffer, isBinary) => came.push(isBinary ? 'bytes' : data.toString()))
    await once(socket, 'close')
    server.close()
    assert.deepEqual(
      came.map(({ length }) => length),
      texts.map(({ length }) => length),
    )
    assert.deepEqual(came, texts)
  })
})
