import { createHash, hkdfSync, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { MonitorError } from '../../../domain/errors'
import { TPAP_REASON } from '../discovery/announced-dialect'
import { numberOf, objectOf, textOf, type JsonObject } from '../json'
import type { Account } from '../login'
import { scalarOf, type PasswordScalars } from './spake2-plus'
import type { TpapVariant } from './tpap-variant'

/** P-256, SHA-256, HKDF, HMAC: the one that the maker's app offers too. */
const CIPHER_SUITE = 1
const ENCRYPTION = 'aes_128_ccm'
/** A device picks the number; plugs pick 3000. Without a bound, one could keep us busy for hours. */
const MAXIMUM_ITERATIONS = 100_000
const TEXT_LENGTH = 512
const HALF_BYTES = 40
const LAST_SEQUENCE = 0xffff_ffff
const TOKEN = /^[\w-]{1,256}$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const SHADOW_SHA1 = 2
/** Published, the same in all devices. */
const DEFAULT_PASSCODE = 'GqY5o136oa4i6VprTlMW2DpVXxmfW8'
const MAC_BYTES = 6

/** The device's answer to the first step. */
export interface Registration {
  readonly random: Buffer
  readonly salt: Buffer
  readonly share: Buffer
  readonly iterations: number
  /** How the password is written; absent: together with the name. */
  readonly extra_crypt: JsonObject | undefined
}

export function registration(random: Buffer, { passcode_type, user_hash }: TpapVariant): object {
  const user = createHash(user_hash).update('admin').digest('hex')
  return {
    username: user_hash === 'sha256' ? user.toUpperCase() : user,
    user_random: random.toString('base64'),
    cipher_suites: [CIPHER_SUITE],
    encryption: [ENCRYPTION],
    passcode_type,
    stok: null,
  }
}

/** @throws MonitorError `REPLY_INVALID`; `DEVICE_UNSUPPORTED` where it wants what we did not offer */
export function readRegistration(result: JsonObject): Registration {
  const { iterations } = result
  if (result.cipher_suites !== CIPHER_SUITE) throw unsupported('cipher_suites')
  if (result.encryption !== ENCRYPTION) throw unsupported('encryption')
  if (!isWithin(iterations, 1, MAXIMUM_ITERATIONS)) throw wrong('iterations')
  return {
    random: bytesIn(result, 'dev_random'),
    salt: bytesIn(result, 'dev_salt'),
    share: bytesIn(result, 'dev_share'),
    iterations,
    extra_crypt: objectOf(result.extra_crypt),
  }
}

/**
 * What the account looks like to the device. Of the ways that are told of, only two: one lets the device say which
 * characters count, and so find out the password letter by letter.
 * @throws MonitorError `DEVICE_UNSUPPORTED`
 */
export function accountPasscode({ username, password }: Account, extra_crypt: JsonObject | undefined): string {
  const word = password.reveal()
  if (extra_crypt?.type === undefined) return `${username}/${word}`
  const id = numberOf(objectOf(extra_crypt.params)?.passwd_id)
  if (extra_crypt.type !== 'password_shadow' || id !== SHADOW_SHA1) throw unsupported('extra_crypt')
  return createHash('sha1').update(word).digest('hex')
}

/** @throws MonitorError `REPLY_INVALID` where there is no MAC */
export function defaultPasscode(mac: unknown): string {
  const digits = (textOf(mac, TEXT_LENGTH) ?? '').replace(/[:-]/g, '')
  const bytes = Buffer.from(digits, 'hex')
  if (bytes.length !== MAC_BYTES || digits.length !== 2 * MAC_BYTES) throw wrong('mac')
  const material = Buffer.concat([Buffer.from(DEFAULT_PASSCODE), bytes.subarray(3), bytes.subarray(0, 3)])
  const derived = hkdfSync('sha256', material, 'tp-kdf-salt-default-passcode', 'tp-kdf-info-default-passcode', 32)
  return Buffer.from(derived).toString('hex').toUpperCase()
}

/** Off the main thread: it takes milliseconds. */
export async function passwordScalars(passcode: string, { salt, iterations }: Registration): Promise<PasswordScalars> {
  const derived = await promisify(pbkdf2)(passcode, salt, iterations, 2 * HALF_BYTES, 'sha256')
  return { w0: scalarOf(derived.subarray(0, HALF_BYTES)), w1: scalarOf(derived.subarray(HALF_BYTES)) }
}

export function exchangeContext(own: Buffer, devices: Buffer): Buffer {
  return createHash('sha256').update('PAKE V1').update(own).update(devices).digest()
}

/** What the device's answer to the second step says, once its confirmation is found right. */
export interface Admission {
  readonly confirmation: Buffer
  /** Of letters, digits, `_` and `-`. */
  readonly token: string
  readonly first_sequence: number
}

/** @throws MonitorError `REPLY_INVALID` */
export function readAdmission(result: JsonObject): Admission {
  const token = textOf(result.stok, TEXT_LENGTH) ?? textOf(result.sessionId, TEXT_LENGTH) ?? ''
  const first_sequence = result.start_seq
  if (!TOKEN.test(token)) throw wrong('stok')
  if (!isWithin(first_sequence, 0, LAST_SEQUENCE)) throw wrong('start_seq')
  return { confirmation: bytesIn(result, 'dev_confirm'), token, first_sequence }
}

function bytesIn(result: JsonObject, key: string): Buffer {
  const text = textOf(result[key], TEXT_LENGTH) ?? ''
  if (!BASE64.test(text)) throw wrong(key)
  return Buffer.from(text, 'base64')
}

function isWithin(value: unknown, lowest: number, highest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest
}

function wrong(key: string): MonitorError {
  return new MonitorError('REPLY_INVALID', `the device answers the login with a ${key} that is none`)
}

function unsupported(key: string): MonitorError {
  return new MonitorError('DEVICE_UNSUPPORTED', `${TPAP_REASON} (${key})`)
}
