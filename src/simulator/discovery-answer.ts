import { constants, createCipheriv, createHash, publicEncrypt, randomBytes } from 'node:crypto'
import type { Access } from './access'
import { isObject, type Json } from './answer'
import { tpapAnnouncement } from './http/tpap-announcement'
import type { Responder } from './responder'

const KEY_BYTES = 16
const PRIVATE = JSON.stringify({ connect_ssid: '', connect_type: 'wireless' })

/** What a device tells to everybody who sends a probe; `probe` is the probe's text. */
export function discoveryAnswer(probe: string, responder: Responder, http_port: number): string {
  const { model, access, host, behaviours } = responder
  const { device_id, mac } = behaviours.get('other-device') ?? model
  const encrypt_info = encryptedFor(publicKeyOf(probe))
  const result = {
    ...model.discovery,
    device_id: hash('md5', device_id),
    owner: access.account.username === '' ? '' : hash('md5', access.account.username),
    device_type: model.device_type,
    device_model: model.model,
    ip: host,
    mac: mac.replaceAll(':', '-'),
    is_support_iot_cloud: true,
    factory_default: false,
    mgt_encrypt_schm: encryptionScheme(access, model.protocol, http_port),
    ...(access.speaks.startsWith('tpap') ? { tpap: tpapAnnouncement(access, http_port) } : {}),
    ...(encrypt_info ? { encrypt_info } : {}),
  }
  return JSON.stringify({ error_code: 0, result })
}

function encryptionScheme({ speaks, secure, login_version }: Access, protocol: string, http_port: number): Json {
  const scheme = { is_support_https: secure, http_port }
  switch (speaks) {
    case 'klap-1':
      return { ...scheme, encrypt_type: 'KLAP' }
    case 'klap-2':
      return { ...scheme, encrypt_type: 'KLAP', lv: 2, ...(protocol === 'iot' ? { new_klap: 1 } : {}) }
    case 'aes':
      return { ...scheme, encrypt_type: 'AES', ...(login_version === 2 ? { lv: 2 } : {}) }
    case 'tpap':
    case 'tpap-closed':
    case 'xor':
      return { ...scheme, encrypt_type: 'TPAP', lv: 2 }
  }
}

/** What only the asker shall read: with a key that is encrypted for him. */
function encryptedFor(publicKey: string | undefined): Json | undefined {
  if (publicKey === undefined) return undefined
  const [key, iv] = [randomBytes(KEY_BYTES), randomBytes(KEY_BYTES)]
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const sealed = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, Buffer.concat([key, iv]))
    const cipher = createCipheriv('aes-128-cbc', key, iv)
    const data = cipher.update(PRIVATE, 'utf8', 'base64') + cipher.final('base64')
    return { sym_schm: 'AES', key: sealed.toString('base64'), data }
  } catch {
    return undefined
  }
}

function publicKeyOf(probe: string): string | undefined {
  try {
    const asked: unknown = JSON.parse(probe)
    const key = isObject(asked) && isObject(asked.params) ? asked.params.rsa_key : undefined
    return typeof key === 'string' ? key : undefined
  } catch {
    return undefined
  }
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex').toUpperCase()
}
