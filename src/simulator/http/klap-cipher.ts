import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { sha256, type SessionKeys } from './klap-hashes'

const SIGNATURE_BYTES = 32

/** A device's side of the encryption of one KLAP session. */
export class KlapCipher {
  private sequence: number

  constructor(private readonly keys: SessionKeys) {
    this.sequence = keys.sequence
  }

  /** `undefined` where the number is not a later one, or the signature is wrong. */
  open(sequence: number, body: Buffer): string | undefined {
    // The difference of 32-bit numbers that wrap.
    if (((sequence - this.sequence) | 0) <= 0) return undefined
    const [signature, text] = [body.subarray(0, SIGNATURE_BYTES), body.subarray(SIGNATURE_BYTES)]
    const expected = this.sign(sequence, text)
    if (signature.length !== SIGNATURE_BYTES || !timingSafeEqual(signature, expected)) return undefined
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.keys.key, this.vector(sequence))
      const plain = Buffer.concat([decipher.update(text), decipher.final()]).toString()
      this.sequence = sequence
      return plain
    } catch {
      return undefined
    }
  }

  seal(sequence: number, text: string): Buffer {
    const cipher = createCipheriv('aes-128-cbc', this.keys.key, this.vector(sequence))
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([this.sign(sequence, encrypted), encrypted])
  }

  private sign(sequence: number, encrypted: Buffer): Buffer {
    return sha256(this.keys.signature, int32(sequence), encrypted)
  }

  private vector(sequence: number): Buffer {
    return Buffer.concat([this.keys.iv, int32(sequence)])
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
