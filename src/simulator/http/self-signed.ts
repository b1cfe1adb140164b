import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'

const [SEQUENCE, SET, INTEGER, BIT_STRING, OBJECT_ID, TEXT, UTC_TIME] = [0x30, 0x31, 0x02, 0x03, 0x06, 0x0c, 0x17]
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')))
const COMMON_NAME = der(OBJECT_ID, Buffer.from('550403', 'hex'))
const SERIAL_NUMBER = der(INTEGER, Buffer.from([1]))
const VALIDITY = der(SEQUENCE, time('200101000000Z'), time('491231235959Z'))

let context: SecureContext | undefined

/**
 * A key with a certificate of its own making, as devices have, the same for all of a process. Node.js makes keys but no
 * certificates; the few fields that one must have (RFC 5280, version 1) are written here, so that no key lies in the package.
 */
export function selfSigned(): SecureContext {
  return (context ??= make())
}

function make(): SecureContext {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(TEXT, Buffer.from('TP-Link simulated')))))
  const content = der(SEQUENCE, SERIAL_NUMBER, ECDSA_WITH_SHA256, name, VALIDITY, name, publicKey)
  const signature = sign('sha256', content, createPrivateKey(privateKey))
  const certificate = der(SEQUENCE, content, ECDSA_WITH_SHA256, der(BIT_STRING, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n')
  return createSecureContext({
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  })
}

function time(text: string): Buffer {
  return der(UTC_TIME, Buffer.from(text))
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content])
}
