import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

const TAG = { authTagLength: 16 } as const

/** A device's side of the encryption of one TPAP session. */
export class TpapCipher {
  private readonly key: Buffer
  private readonly nonce: Buffer

  constructor(
    shared: Buffer,
    /** The lowest number that a request may have. */
    private lowest: number,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', shared, 'tp-kdf-salt-aes128-key', 'tp-kdf-info-aes128-key', 16))
    this.nonce = Buffer.from(hkdfSync('sha256', shared, 'tp-kdf-salt-aes128-iv', 'tp-kdf-info-aes128-iv', 12))
  }

  /** `undefined` where the number is not a later one, or somebody else has sealed it. */
  open(body: Buffer): { sequence: number; text: string } | undefined {
    if (body.length < 20) return undefined
    const sequence = body.readUInt32BE()
    if (sequence < this.lowest) return undefined
    const decipher = createDecipheriv('aes-128-ccm', this.key, this.numbered(sequence), TAG)
    decipher.setAuthTag(body.subarray(-16))
    try {
      const text = decipher.update(body.subarray(4, -16)).toString()
      decipher.final()
      this.lowest = sequence + 1
      return { sequence, text }
    } catch {
      return undefined
    }
  }

  seal(sequence: number, text: string): Buffer {
    const cipher = createCipheriv('aes-128-ccm', this.key, this.numbered(sequence), TAG)
    const sealed = cipher.update(Buffer.from(text))
    cipher.final()
    const number = Buffer.alloc(4)
    number.writeUInt32BE(sequence)
    return Buffer.concat([number, sealed, cipher.getAuthTag()])
  }

  private numbered(sequence: number): Buffer {
    this.nonce.writeUInt32BE(sequence, 8)
    return this.nonce
  }
}
