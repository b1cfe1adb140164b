import { randomBytes } from 'node:crypto'
import { KlapSession } from '../../src/integrations/kasa/transports/klap-session'
import { KlapCipher } from '../../src/simulator/http/klap-cipher'
import { sessionKeys } from '../../src/simulator/http/klap-hashes'
import { cpuSince_us, median } from '../support/statistics'
import { repliesOf, replyTo } from './replies'

const BATCHES = 9
const POLLS_PER_BATCH = 4000

/** CPU of sealing one request and opening its reply, in µs: the median of several batches, the first of which warms up. */
export function cryptoCost_us(request: string): number {
  const [local_seed, remote_seed, auth] = [randomBytes(16), randomBytes(16), randomBytes(32)]
  const session = new KlapSession({ local_seed, remote_seed, login_hash: auth })
  const device = new KlapCipher(sessionKeys({ local_seed, remote_seed, auth }))
  const reply = replyTo(request, repliesOf(1, '127.11.0.1'))
  const bytes = Buffer.from(request)
  const costs: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) {
    const replies = Array.from({ length: POLLS_PER_BATCH }, (_, index) =>
      device.seal(session.sequence + 1 + index, reply),
    )
    const cpu = process.cpuUsage()
    for (const sealed of replies) {
      session.seal(bytes)
      session.open(sealed)
    }
    if (batch > 0) costs.push(cpuSince_us(cpu) / POLLS_PER_BATCH)
  }
  return median(costs)
}
