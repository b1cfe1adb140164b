import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { hurriedClock, WatchedLevel } from '../../support/redis-levels'

const RUNS = 30
/** What a handshake expects, and things that look like answers. */
const pieces = fc.oneof(
  fc.constantFrom(
    '+OK\r\n',
    ':1\r\n',
    '*-1\r\n',
    '$-1\r\n',
    '_\r\n',
    '-ERR no\r\n',
    '*2\r\n:5\r\n$1\r\nx\r\n',
    '%0\r\n',
  ),
  fc.constantFrom(
    '>2\r\n+invalidate\r\n_\r\n',
    '>2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n',
    '>1\r\n:1\r\n',
    '>0\r\n',
    '*1\r\n',
  ),
  fc.string({ unit: 'binary' }),
)

describe('a server that answers anything', function () {
  this.timeout(60_000)

  it('neither ends the process nor leaves anybody waiting', async () => {
    const answers = fc.tuple(fc.constantFrom('', '%0\r\n+OK\r\n+OK\r\n+OK\r\n'), fc.array(pieces, { maxLength: 30 }))
    await fc.assert(
      fc.asyncProperty(answers, async ([handshake, rest]) => {
        const server = createServer((socket) => {
          const all = [handshake, ...rest]
          socket.on('error', () => undefined)
          socket.on('data', () => {
            const answer = all.shift()
            if (answer === undefined) socket.destroy()
            else socket.write(answer)
          })
        })
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
        const level = new WatchedLevel(url, {}, hurriedClock)
        level.level.start()
        await level.until(() => level.states.length > 1)
        await Promise.allSettled([level.level.get('key'), level.level.find('*', 5), level.level.lease('key', [], 10)])
        await level.stop()
        server.close()
        assert.equal(level.level.state, 'closed')
      }),
      { numRuns: RUNS },
    )
  })
})
