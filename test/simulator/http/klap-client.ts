import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  authHash,
  clientProof,
  deviceProof,
  sessionKeys,
  sha256,
  type KlapVersion,
  type SessionKeys,
} from '../../../src/simulator/http/klap-hashes'
import { SIMULATED_ACCOUNT, type Account, type SimulatedDevice } from '../../../src/simulator'
import { cookieOf, post, type Answered } from './http-client'

/** A client that does each step by itself, so that a test can leave one out. */
export class KlapClient {
  session = ''
  timeout_s = 0
  sequence = 0
  /** Whether the device knows the account. */
  proven = false
  private keys: SessionKeys | undefined

  constructor(
    private readonly device: SimulatedDevice,
    private readonly version: KlapVersion,
    private readonly account: Account = SIMULATED_ACCOUNT,
  ) {}

  /** Both handshakes; the answer to the second. */
  async logIn(): Promise<Answered> {
    const local_seed = randomBytes(16)
    const answer = await post(this.device, { path: '/app/handshake1', body: local_seed })
    Object.assign(this, cookieOf(answer))
    const auth = authHash(this.version, this.account)
    const secrets = { local_seed, remote_seed: answer.body.subarray(0, 16), auth }
    this.proven = deviceProof(this.version, secrets).equals(answer.body.subarray(16))
    this.keys = sessionKeys(secrets)
    this.sequence = this.keys.sequence
    return post(this.device, {
      path: '/app/handshake2',
      body: clientProof(this.version, secrets),
      session: this.session,
    })
  }

  async send(request: object, { sequence = (this.sequence + 1) | 0, spoil = false } = {}): Promise<Answered> {
    this.sequence = sequence
    const cipher = createCipheriv('aes-128-cbc', this.sessionKeys.key, this.vector())
    const encrypted = Buffer.concat([cipher.update(JSON.stringify(request)), cipher.final()])
    const body = Buffer.concat([this.sign(encrypted), encrypted])
    if (spoil) body.writeUInt8(body.readUInt8(0) ^ 1)
    return post(this.device, { path: `/app/request?seq=${sequence}`, body, session: this.session })
  }

  open({ body }: Answered): { signed: boolean; text: string } {
    const encrypted = body.subarray(32)
    const decipher = createDecipheriv('aes-128-cbc', this.sessionKeys.key, this.vector())
    const text = Buffer.concat([decipher.update(encrypted), decipher.final()]).toString()
    return { signed: this.sign(encrypted).equals(body.subarray(0, 32)), text }
  }

  private get sessionKeys(): SessionKeys {
    if (!this.keys) throw new Error('log in first')
    return this.keys
  }

  private sign(encrypted: Buffer): Buffer {
    return sha256(this.sessionKeys.signature, this.number(), encrypted)
  }

  private vector(): Buffer {
    return Buffer.concat([this.sessionKeys.iv, this.number()])
  }

  private number(): Buffer {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(this.sequence)
    return bytes
  }
}
