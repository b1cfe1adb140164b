import type { Responder } from '../responder'
import { FORBIDDEN, jsonReply, type HttpReply, type HttpRequest, type HttpService } from './http-service'
import { isTpapDiscovery, NOT_LOGGED_IN, tpapDescription } from './tpap-announcement'

/** A device that speaks TPAP in a way that only its maker's apps know: it says so, and lets nobody in. */
export class ClosedTpapService implements HttpService {
  constructor(private readonly responder: Responder) {}

  reply({ path, body, port }: HttpRequest): HttpReply {
    if (path !== '/') return FORBIDDEN
    return jsonReply(isTpapDiscovery(body.toString()) ? tpapDescription(this.responder, port) : NOT_LOGGED_IN)
  }

  isInSession(): boolean {
    return false
  }

  forgetSessions(): void {}
}
