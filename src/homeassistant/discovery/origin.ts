import { PACK } from '../../files/pack'

/** Who announces. */
export interface Origin {
  readonly name: string
  readonly sw_version: string
  readonly support_url: string
}

export const ORIGIN: Origin = {
  name: 'Kasa Monitor for Node-RED',
  sw_version: PACK.version,
  support_url: PACK.bugs.url,
}
