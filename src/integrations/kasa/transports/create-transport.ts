import type { LinkOptions } from '../link'
import { Aes } from './aes'
import type { ExchangeOwner, Transport } from './exchange'
import { Klap } from './klap'
import { Tpap } from './tpap'
import { XorTcp } from './xor-tcp'

/** What carries requests to the host in its dialect. Nothing is opened before the first. */
export function createTransport(options: LinkOptions, owner: ExchangeOwner): Transport {
  const { network, host, dialect } = options
  switch (dialect.transport) {
    case 'xor':
      return new XorTcp(network, owner, host, dialect.port)
    case 'klap':
      return new Klap(options, owner)
    case 'aes':
      return new Aes(options, owner)
    case 'tpap':
      return new Tpap(options, owner)
  }
}
