import { createHash, hkdfSync, randomBytes, randomInt } from 'node:crypto'
import type { Json } from '../answer'
import { spoiltText } from '../reply-bytes'
import type { Responder } from '../responder'
import { binaryReply, FORBIDDEN, jsonReply, type HttpReply, type HttpRequest, type HttpService } from './http-service'
import { Sessions } from './sessions'
import { passcodeRecord, Spake2Verifier, type PasscodeRecord } from './spake2-verifier'
import { NOT_LOGGED_IN, tpapDescription, tpapStep } from './tpap-announcement'
import { TpapCipher } from './tpap-cipher'

const SESSION_S = 86_400
const RANDOM_BYTES = 32
const SEQUENCE_LIMIT = 2 ** 31
const SESSION_PATH = /^\/stok=([0-9A-F]+)\/ds$/
const REFUSED = { error_code: -2203 }
const NO_SESSION = { error_code: -2402 }
const WRONG_PARAMETERS = { error_code: -1008 }

/** A device's side of TPAP: a login with SPAKE2+, then requests under the key that it has given. */
export class TpapService implements HttpService {
  private readonly sessions: Sessions<TpapCipher>
  private record: PasscodeRecord | undefined
  private pending: Spake2Verifier | undefined

  constructor(private readonly responder: Responder) {
    this.sessions = new Sessions(responder, SESSION_S)
  }

  reply(request: HttpRequest): HttpReply | undefined {
    const [, token] = SESSION_PATH.exec(request.path) ?? []
    if (token !== undefined) return this.answer(token, request.body)
    if (request.path !== '/') return FORBIDDEN
    const parameters = tpapStep(request.body.toString()) ?? {}
    switch (parameters.sub_method) {
      case 'discover':
        return jsonReply(tpapDescription(this.responder, request.port))
      case 'pake_register':
        return jsonReply(this.register(parameters))
      case 'pake_share':
        return jsonReply(this.share(parameters))
      default:
        return jsonReply(NOT_LOGGED_IN)
    }
  }

  isInSession({ path }: HttpRequest): boolean {
    return SESSION_PATH.test(path)
  }

  forgetSessions(): void {
    this.sessions.endAll()
    this.pending = undefined
  }

  private register({ username, user_random, cipher_suites, encryption, passcode_type }: Json): Json {
    const wanted = this.isUnowned() ? 'default_userpw' : 'userpw'
    const known = username === createHash('md5').update('admin').digest('hex')
    const offered = lists(cipher_suites, 1) && lists(encryption, 'aes_128_ccm')
    if (!known || !offered || passcode_type !== wanted || typeof user_random !== 'string') return WRONG_PARAMETERS
    this.responder.requests.handshakes++
    this.record ??= passcodeRecord(this.passcode())
    const random = randomBytes(RANDOM_BYTES)
    const context = createHash('sha256').update('PAKE V1').update(user_random, 'base64').update(random).digest()
    this.pending = new Spake2Verifier(this.record, context)
    const result = {
      dev_random: random.toString('base64'),
      dev_salt: this.record.salt.toString('base64'),
      dev_share: this.pending.share.toString('base64'),
      cipher_suites: 1,
      iterations: this.record.iterations,
      encryption: 'aes_128_ccm',
      ...(this.isUnowned() ? {} : { extra_crypt: { type: 'password_shadow', params: { passwd_id: 2 } } }),
    }
    return { error_code: 0, result }
  }

  private share({ user_share, user_confirm }: Json): Json {
    const { pending, responder } = this
    this.pending = undefined
    const proof =
      typeof user_share === 'string' && typeof user_confirm === 'string'
        ? pending?.check(Buffer.from(user_share, 'base64'), Buffer.from(user_confirm, 'base64'))
        : undefined
    if (!proof) {
      responder.requests.refused_logins++
      return REFUSED
    }
    responder.requests.logins++
    const start_seq = randomInt(SEQUENCE_LIMIT)
    const { id } = this.sessions.add(new TpapCipher(proof.key, start_seq))
    return { error_code: 0, result: { dev_confirm: proof.confirmation.toString('base64'), stok: id, start_seq } }
  }

  private answer(token: string, body: Buffer): HttpReply | undefined {
    const cipher = this.sessions.get(token)
    const asked = cipher?.open(body)
    if (!cipher || !asked) return jsonReply(NO_SESSION)
    this.sessions.used(token)
    const reply = this.responder.take('http', asked.text)
    if (reply === undefined) return undefined
    const { behaviours } = this.responder
    const sealed = cipher.seal(asked.sequence, spoiltText(reply, behaviours))
    if (behaviours.has('wrong-signature')) sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1)
    return binaryReply(sealed)
  }

  private passcode(): string {
    const { access, model } = this.responder
    return this.isUnowned()
      ? unownedPasscode(model.mac)
      : createHash('sha1').update(access.account.password).digest('hex')
  }

  private isUnowned(): boolean {
    return this.responder.access.account.username === ''
  }
}

function unownedPasscode(mac: string): string {
  const bytes = Buffer.from(mac.replace(/[:-]/g, ''), 'hex')
  const seed = Buffer.concat([Buffer.from('GqY5o136oa4i6VprTlMW2DpVXxmfW8'), bytes.subarray(3), bytes.subarray(0, 3)])
  const derived = hkdfSync('sha256', seed, 'tp-kdf-salt-default-passcode', 'tp-kdf-info-default-passcode', 32)
  return Buffer.from(derived).toString('hex').toUpperCase()
}

function lists(value: unknown, item: unknown): boolean {
  return Array.isArray(value) && value.includes(item)
}
