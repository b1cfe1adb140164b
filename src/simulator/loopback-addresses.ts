import { isIPv4 } from 'node:net'
import { MonitorError, invalid } from '../domain/errors'

const FIRST = [127, 77, 0, 1] as const
const LAST_OCTET = 254

/** Which addresses of 127.0.0.0/8 are given away. */
export class LoopbackAddresses {
  private readonly taken = new Set<string>()
  private third: number = FIRST[2]
  private fourth: number = FIRST[3]

  /** @throws MonitorError `CONFIG_INVALID` where it is no loopback address, or taken */
  take(host: string): string {
    if (!isIPv4(host) || !host.startsWith('127.') || host.endsWith('.255')) {
      throw invalid('CONFIG_INVALID', 'host', host, 'an address in 127.0.0.0/8')
    }
    if (this.taken.has(host)) throw invalid('CONFIG_INVALID', 'host', host, 'an address that no other device has')
    this.taken.add(host)
    return host
  }

  next(): string {
    for (; this.third <= LAST_OCTET; this.third++, this.fourth = FIRST[3]) {
      while (this.fourth <= LAST_OCTET) {
        const host = `${FIRST[0]}.${FIRST[1]}.${this.third}.${this.fourth++}`
        if (!this.taken.has(host)) return this.take(host)
      }
    }
    throw new MonitorError('CONFIG_INVALID', 'no address is left')
  }
}
