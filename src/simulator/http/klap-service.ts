import { randomBytes } from 'node:crypto'
import { spoiltText } from '../reply-bytes'
import type { Responder } from '../responder'
import {
  binaryReply,
  FORBIDDEN,
  jsonReply,
  pageReply,
  type HttpReply,
  type HttpRequest,
  type HttpService,
} from './http-service'
import { KlapCipher } from './klap-cipher'
import { authHash, clientProof, deviceProof, sessionKeys, type KlapSecrets, type KlapVersion } from './klap-hashes'
import { Sessions } from './sessions'

const SEED_BYTES = 16
const SESSION_S = 86_400
/** What devices answer to `securePassthrough` who speak KLAP instead. */
const NOT_AES = 1003

interface KlapSession {
  readonly secrets: KlapSecrets
  /** Once the client has proved that it knows the account. */
  cipher?: KlapCipher
}

/** A device's side of KLAP. */
export class KlapService implements HttpService {
  private readonly auth: Buffer
  private readonly sessions: Sessions<KlapSession>

  constructor(
    private readonly responder: Responder,
    private readonly version: KlapVersion,
  ) {
    this.auth = authHash(version, responder.access.account)
    this.sessions = new Sessions(responder, SESSION_S)
  }

  reply(request: HttpRequest): HttpReply | undefined {
    switch (request.path) {
      case '/app/handshake1':
        return this.begin(request)
      case '/app/handshake2':
        return this.confirm(request)
      case '/app/request':
        return this.answer(request)
      case '/app':
        return jsonReply({ error_code: NOT_AES })
      default:
        return pageReply(404, 'Not Found')
    }
  }

  isInSession({ path }: HttpRequest): boolean {
    return path === '/app/request'
  }

  forgetSessions(): void {
    this.sessions.endAll()
  }

  private begin({ body }: HttpRequest): HttpReply {
    if (body.length !== SEED_BYTES) return pageReply(400, 'Bad Request')
    this.responder.requests.handshakes++
    const secrets = { local_seed: Buffer.from(body), remote_seed: randomBytes(SEED_BYTES), auth: this.auth }
    const cookie = this.sessions.begin({ secrets })
    return binaryReply(Buffer.concat([secrets.remote_seed, deviceProof(this.version, secrets)]), cookie)
  }

  private confirm({ cookie, body }: HttpRequest): HttpReply {
    const session = this.sessions.get(cookie)
    if (!session) return FORBIDDEN
    if (!clientProof(this.version, session.secrets).equals(body)) {
      this.responder.requests.refused_logins++
      this.sessions.end(cookie)
      return FORBIDDEN
    }
    this.responder.requests.logins++
    session.cipher = new KlapCipher(sessionKeys(session.secrets))
    return binaryReply(Buffer.alloc(0))
  }

  private answer({ cookie, query, body }: HttpRequest): HttpReply | undefined {
    const cipher = this.sessions.get(cookie)?.cipher
    const sequence = Number(query.get('seq'))
    const text = cipher?.open(sequence, body)
    if (!cipher || text === undefined) return FORBIDDEN
    this.sessions.used(cookie)
    const reply = this.responder.take('http', text)
    if (reply === undefined) return undefined
    const { behaviours } = this.responder
    const sealed = cipher.seal(sequence, spoiltText(reply, behaviours))
    if (behaviours.has('wrong-signature')) sealed.writeUInt8(sealed.readUInt8(0) ^ 1, 0)
    return binaryReply(sealed)
  }
}
