import assert from 'node:assert/strict'
import { constants, createCipheriv, createDecipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import { AesCipher, handshakeBody, loginRequest } from '../../../../src/integrations/kasa/transports/aes-codec'
import { AesKeyPair, SESSION_KEY_BYTES } from '../../../../src/integrations/kasa/transports/aes-key-pair'

const account = { username: 'user@example.com', password: new Secret('great_password') }
const bytes32 = fc
  .uint8Array({ minLength: SESSION_KEY_BYTES, maxLength: SESSION_KEY_BYTES })
  .map((bytes) => Buffer.from(bytes))

describe('messages of securePassthrough', () => {
  it('ask for a session key as devices want to be asked', () => {
    assert.equal(
      handshakeBody('-----BEGIN PUBLIC KEY-----\nTEST\n-----END PUBLIC KEY-----\n').toString(),
      '{"method":"handshake","params":{"key":"-----BEGIN PUBLIC KEY-----\\nTEST\\n-----END PUBLIC KEY-----\\n"}}',
    )
  })

  it('log in with the hashes that were computed elsewhere', () => {
    const username = 'NjNhNzEwNTY5MjYxYTI0YjM3NjYyNzViNzAwMGNlOGQ3YjMyZTJmNw=='
    assert.deepEqual(JSON.parse(loginRequest(account, 1, 7).toString()), {
      method: 'login_device',
      params: { username, password: 'Z3JlYXRfcGFzc3dvcmQ=' },
      request_time_milis: 7,
    })
    assert.deepEqual(JSON.parse(loginRequest(account, 2, 7).toString()), {
      method: 'login_device',
      params: { username, password2: 'Njk4Nzg5Yzk0YTFiYzFiZjFiYzI3MzBiYjUxM2FjZDlmZWM5MzZmOA==' },
      request_time_milis: 7,
    })
  })

  it('are read by whoever has the session key, and nobody else', () => {
    fc.assert(
      fc.property(bytes32, fc.string({ unit: 'grapheme' }), (secret, text) => {
        const { method, params } = JSON.parse(new AesCipher(secret).seal(Buffer.from(text)).toString()) as {
          method: string
          params: { request: string }
        }
        const decipher = createDecipheriv('aes-128-cbc', secret.subarray(0, 16), secret.subarray(16))
        const plain = Buffer.concat([decipher.update(params.request, 'base64'), decipher.final()]).toString()
        assert.deepEqual([method, plain], ['securePassthrough', text])
      }),
    )
  })

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(bytes32, fc.string({ unit: 'grapheme' }), (secret, text) => {
        const cipher = createCipheriv('aes-128-cbc', secret.subarray(0, 16), secret.subarray(16))
        const response = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
        assert.equal(new AesCipher(secret).open(response), text)
      }),
    )
  })

  it('of any text are read or refused with a code', () => {
    const cipher = new AesCipher(Buffer.alloc(SESSION_KEY_BYTES))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        try {
          assert.equal(typeof cipher.open(text), 'string')
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError && thrown.code === 'REPLY_INVALID')
        }
      }),
    )
  })
})

describe('session keys that a device has encrypted', () => {
  const keys = new AesKeyPair()
  let public_key: string
  before(async () => {
    public_key = await keys.publicKey()
  })

  const encrypt = (message: Buffer) => publicEncrypt({ key: public_key, padding: constants.RSA_PKCS1_PADDING }, message)
  const encryptBlock = (block: Buffer) => publicEncrypt({ key: public_key, padding: constants.RSA_NO_PADDING }, block)

  it('are read, on every Node.js, whether its OpenSSL still unpads them or not', () => {
    fc.assert(fc.property(bytes32, (secret) => assert.deepEqual(keys.unwrap(encrypt(secret)), secret)))
    assert.deepEqual(keys.unwrap(encrypt(Buffer.alloc(SESSION_KEY_BYTES))), Buffer.alloc(SESSION_KEY_BYTES))
  })

  it('are other ones where the padding is wrong, and nobody learns whether it was', () => {
    const right = Buffer.concat([Buffer.from([0, 2]), Buffer.alloc(93, 1), Buffer.alloc(1), Buffer.alloc(32, 7)])
    const secret = right.subarray(-SESSION_KEY_BYTES)
    assert.deepEqual(keys.unwrap(encryptBlock(right)), secret)
    for (const [index, byte] of [
      [1, 1],
      [1, 3],
      [2, 0],
      [50, 0],
      [94, 0],
      [95, 9],
    ] as const) {
      const wrong = Buffer.from(right)
      wrong[index] = byte
      const key = keys.unwrap(encryptBlock(wrong))
      assert.equal(key.length, SESSION_KEY_BYTES)
      assert.notDeepEqual(key, secret)
    }
    const short = encrypt(randomBytes(16))
    assert.notDeepEqual(keys.unwrap(short), keys.unwrap(short))
  })

  it('are refused where they are no block for this key', () => {
    for (const wrapped of [Buffer.alloc(0), Buffer.alloc(127), Buffer.alloc(129), Buffer.alloc(128, 255)]) {
      assert.throws(() => keys.unwrap(wrapped), { code: 'REPLY_INVALID' })
    }
  })

  it('have one key pair for all devices of a session', async () => {
    assert.equal(await keys.publicKey(), public_key)
  })
})
