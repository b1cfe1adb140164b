import { isObject, type Json } from '../answer'
import type { Responder } from '../responder'
import { FORBIDDEN, jsonReply, type HttpReply, type HttpRequest, type HttpService } from './http-service'

const NOT_LOGGED_IN = { error_code: -40_401 }

/** A device that wants TPAP: it says so, and lets nobody in. */
export class TpapService implements HttpService {
  constructor(private readonly responder: Responder) {}

  reply({ path, body }: HttpRequest): HttpReply {
    if (path !== '/') return FORBIDDEN
    return jsonReply(isDiscovery(body.toString()) ? { error_code: 0, result: this.description() } : NOT_LOGGED_IN)
  }

  isInSession(): boolean {
    return false
  }

  forgetSessions(): void {}

  private description(): Json {
    return { mac: this.responder.model.mac.replaceAll(':', '-'), tpap: TPAP }
  }
}

/** How it wants to be logged in to; discovery says the same. */
export const TPAP: Json = { tls: 0, dac: 0, noc: 0, pake: [2], user_hash_type: 0 }

function isDiscovery(text: string): boolean {
  try {
    const asked: unknown = JSON.parse(text)
    return isObject(asked) && isObject(asked.params) && asked.params.sub_method === 'discover'
  } catch {
    return false
  }
}
