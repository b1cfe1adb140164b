import type { Integration } from '../integration'
import { INTEGRATION } from './protocols/iot/describe'
import { DiscoveryKey } from './discovery/discovery-key'
import { KasaSession } from './session'

/** One for all sessions, because making it takes long; it opens nothing but what devices tell about their network. */
const discoveryKey = new DiscoveryKey()

/** TP-Link's Kasa and Tapo devices. */
export const kasa: Integration = {
  name: INTEGRATION,
  title: 'TP-Link Kasa and Tapo',
  createSession: (options) => new KasaSession(options, discoveryKey),
}
