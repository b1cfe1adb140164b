import type { Integration } from '../integration'
import { INTEGRATION } from './protocols/iot/describe'
import { KasaSession } from './session'

/** TP-Link Kasa devices that answer on port 9999. */
export const kasa: Integration = {
  name: INTEGRATION,
  title: 'TP-Link Kasa',
  createSession: (options) => new KasaSession(options),
}
