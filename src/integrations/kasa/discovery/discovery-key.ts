import { createDecipheriv, generateKeyPair, privateDecrypt, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { objectOf, textOf, type JsonObject } from '../json'

const MODULUS_BITS = 2048
const KEY_BYTES = 16
/** Base64 of an RSA block, and of a few lines about the network that the device is in. */
const KEY_LENGTH = 1024
const DATA_LENGTH = 4096

/** A key pair for discoveries: devices encrypt to it what they tell to nobody else. Made when it is first asked for. */
export class DiscoveryKey {
  #private_key: KeyObject | undefined
  private making: Promise<string> | undefined

  /** In PEM. Made in a thread of its own, because it takes up to a second on a Raspberry Pi. */
  publicKey(): Promise<string> {
    return (this.making ??= this.make())
  }

  /** What `encrypt_info` holds; undefined where it is none, or not for this key. */
  readonly open = (encrypt_info: JsonObject): JsonObject | undefined => {
    const key = textOf(encrypt_info.key, KEY_LENGTH)
    const data = textOf(encrypt_info.data, DATA_LENGTH)
    if (!this.#private_key || key === undefined || data === undefined) return undefined
    try {
      // OAEP with SHA-1, which is Node.js's default.
      const secret = privateDecrypt(this.#private_key, Buffer.from(key, 'base64'))
      const decipher = createDecipheriv('aes-128-cbc', secret.subarray(0, KEY_BYTES), secret.subarray(KEY_BYTES))
      const text = decipher.update(data, 'base64', 'utf8') + decipher.final('utf8')
      return objectOf(JSON.parse(text))
    } catch {
      return undefined
    }
  }

  private async make(): Promise<string> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
    this.#private_key = privateKey
    return publicKey.export({ type: 'spki', format: 'pem' }) as string
  }
}
