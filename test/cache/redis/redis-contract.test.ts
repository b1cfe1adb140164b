import { before, describe } from 'mocha'
import { describeCacheLevel, realTime } from '../../contract/cache/cache-level.contract'
import { skipWithout } from '../../support/skipping'
import { startRedis, whyNoRedis } from '../../support/redis-servers'
import { WatchedLevel } from '../../support/redis-levels'

describe('Redis', () => {
  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  describeCacheLevel('Redis', async () => {
    const server = await startRedis()
    const { level } = await WatchedLevel.open(server.url)
    const close = async () => {
      await level.stop()
      await server.stop()
    }
    return { level, time: realTime, close }
  })
})
