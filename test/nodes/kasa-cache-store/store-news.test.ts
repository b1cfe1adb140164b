import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { StoreNews } from '../../../nodes/kasa-cache-store/store-news'
import { Status } from '../../../nodes/shared/status'
import type { CacheStatus } from '../../../src/cache/cache'
import { MonitorError } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { FakeNode } from '../../support/fake-node'

const away = new MonitorError('CACHE_UNAVAILABLE', 'redis://127.0.0.1:6379/0 does not answer')
const refused = new MonitorError('CACHE_LOGIN_REFUSED', 'redis://127.0.0.1:6379/0 refuses the login')

describe('What a cache store tells of itself', () => {
  let node: FakeNode
  let lines: string[]
  let clock: FakeClock
  let news: StoreNews

  beforeEach(() => {
    node = new FakeNode()
    lines = []
    clock = new FakeClock()
    const log = {
      warn: (text: string) => void lines.push(`warning: ${text}`),
      note: (text: string) => void lines.push(text),
    }
    news = new StoreNews(new Status(node.asNode()), log, clock)
  })

  const states: [CacheStatus, string, string][] = [
    [{ shrunk: false }, 'green', 'memory'],
    [{ shrunk: true }, 'yellow', 'memory, short of memory'],
    [{ redis: 'open', shrunk: false }, 'green', 'memory and Redis'],
    [{ redis: 'open', shrunk: true }, 'yellow', 'memory and Redis, short of memory'],
    [{ redis: 'connecting', shrunk: false }, 'yellow', 'memory, connecting to Redis'],
    [{ redis: 'down', error: away, shrunk: false }, 'yellow', 'memory alone: Redis is away'],
    [{ redis: 'down', error: refused, shrunk: false }, 'yellow', 'memory alone: login refused'],
    [{ redis: 'down', shrunk: false }, 'yellow', 'memory alone: Redis is away'],
    [{ redis: 'closed', shrunk: false }, 'grey', 'closed'],
  ]
  for (const [status, fill, text] of states) {
    it(`shows '${text}'`, () => {
      news.follow(status)
      assert.deepEqual([node.shown.at(-1)?.fill, node.shown.at(-1)?.text], [fill, text])
    })
  }

  it('logs once that Redis has gone, however often it is tried, and once that it is back', () => {
    news.follow({ redis: 'open', shrunk: false })
    for (let attempt = 0; attempt < 5; attempt++) {
      news.follow({ redis: 'down', error: away, shrunk: false })
      news.follow({ redis: 'connecting', shrunk: false })
    }
    news.follow({ redis: 'open', shrunk: false })
    news.follow({ redis: 'open', shrunk: false })
    assert.deepEqual(lines, [`warning: Memory goes on alone: ${away.message}`, 'Redis is back'])
  })

  it('logs another cause, which somebody may have to do something about', () => {
    for (const error of [away, refused, refused]) news.follow({ redis: 'down', error, shrunk: false })
    assert.deepEqual(
      lines.map((line) => line.slice(-7)),
      [away, refused].map(({ message }) => message.slice(-7)),
    )
  })

  it('does not fill the log where Redis goes and comes back all day long', () => {
    const times = 24 * 60
    for (let minute = 0; minute < times; minute++) {
      news.follow({ redis: 'down', error: away, shrunk: false })
      news.follow({ redis: 'open', shrunk: false })
      clock.advance(60_000)
    }
    const gone = lines.filter((line) => line.startsWith('warning'))
    assert.deepEqual([gone.length, lines.length - gone.length], [3 * 24, 3 * 24])
    assert.match(gone[2] as string, /3rd time in an hour; others in it are not logged$/)
  })

  it('logs nothing of a start at which all is well', () => {
    for (const redis of ['connecting', 'open'] as const) news.follow({ redis, shrunk: false })
    assert.deepEqual(lines, [])
  })

  it('logs of the first value that was too large', () => {
    const oversized = new MonitorError('INPUT_INVALID', 'page: its value of 2000 kB is not kept')
    for (let value = 0; value < 3; value++) news.follow({ shrunk: false, oversized })
    assert.deepEqual(lines, ['warning: page: its value of 2000 kB is not kept'])
  })

  it('logs once when memory runs short, and once when it does no longer', () => {
    for (const shrunk of [true, true, false, false]) news.follow({ shrunk })
    assert.match(lines.join('\n'), /^warning: Memory is short[^\n]*\nMemory is no longer short[^\n]*$/)
  })
})
