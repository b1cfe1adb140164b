import type { Access } from '../access'
import { isObject, type Json } from '../answer'
import type { Responder } from '../responder'

export const NOT_LOGGED_IN = { error_code: -40_401 }

/** How a device wants to be logged in to; whoever belongs to nobody takes a passcode that is made of its MAC. */
export function tpapAnnouncement({ speaks, secure, account }: Access, port: number): Json {
  if (speaks === 'tpap-closed') return { tls: 2, dac: 1, noc: 1, pake: [3], port }
  return { tls: secure ? 1 : 0, dac: 0, noc: 0, pake: [account.username === '' ? 0 : 2], port }
}

/** The same, told over HTTP. */
export function tpapDescription({ model, access }: Responder, port: number): Json {
  const mac = model.mac.replaceAll(':', '-')
  return { error_code: 0, result: { mac, tpap_preferred: true, tpap: tpapAnnouncement(access, port) } }
}

export function isTpapDiscovery(text: string): boolean {
  return tpapStep(text)?.sub_method === 'discover'
}

/** The parameters of one step of the login. */
export function tpapStep(text: string): Json | undefined {
  try {
    const asked: unknown = JSON.parse(text)
    return isObject(asked) && asked.method === 'login' && isObject(asked.params) ? asked.params : undefined
  } catch {
    return undefined
  }
}
