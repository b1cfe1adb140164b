import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { BrokerNews } from '../../../nodes/kasa-homeassistant/broker-news'
import { MonitorError } from '../../../src/domain/errors'
import type { BrokerStatus } from '../../../src/mqtt/broker'
import { FakeClock } from '../../support/fake-clock'

const AWAY = new MonitorError('BROKER_UNAVAILABLE', 'mqtt://127.0.0.1:1883: no server listens there')
const state = (state: BrokerStatus['state']) => ({ state }) as BrokerStatus

describe('What the log hears of the broker', () => {
  let lines: string[]
  let clock: FakeClock
  let news: BrokerNews

  beforeEach(() => {
    lines = []
    clock = new FakeClock()
    const warn = (text: unknown) => void lines.push(`warning: ${String(text)}`)
    news = new BrokerNews({ warn, log: (text: unknown) => void lines.push(String(text)) }, clock)
  })

  it('is that it has gone, and once that it is back', () => {
    news.follow(state('open'))
    news.tell(AWAY)
    for (const now of ['down', 'connecting', 'down', 'open', 'open'] as const) news.follow(state(now))
    assert.deepEqual(lines, [`warning: ${AWAY.message}`, 'The broker is back'])
  })

  it('is little where it goes and comes back all day long', () => {
    for (let minute = 0; minute < 24 * 60; minute++) {
      news.tell(AWAY)
      news.follow(state('open'))
      clock.advance(60_000)
    }
    const gone = lines.filter((line) => line.startsWith('warning'))
    assert.deepEqual([gone.length, lines.length - gone.length], [3 * 24, 3 * 24])
    assert.match(gone[2] as string, /3rd time in an hour; others in it are not logged$/)
  })
})
