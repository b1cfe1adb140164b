import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { MonitorError } from '../domain/errors'
import { Secret } from '../domain/secret'
import { optionalText, refusal, type Given } from './given'

/** Whom we believe, and who we are, in PEM. */
export interface Certificates {
  /** Whom to believe instead of those whom everybody believes. */
  readonly ca?: string
  readonly certificate?: string
  readonly private_key?: Secret
  readonly passphrase?: Secret
  /** What the broker's certificate has to name, and what is asked for by SNI; absent: the host. */
  readonly server_name?: string
}

const LONGEST_PEM = 256 * 1024
const LONGEST_PASSPHRASE = 1000
const LONGEST_NAME = 253
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const RANGES = {
  ca: 'certificates in PEM',
  certificate: 'a certificate in PEM, with its private key',
  private_key: 'the private key of the certificate in PEM, with its passphrase where it has one',
  passphrase: 'the passphrase of the private key',
  server_name: 'a host name',
} as const

/** @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it */
export function parseCertificates(given: Given): Certificates {
  const text = (field: keyof typeof RANGES, longest: number) =>
    optionalText(field, given[field], longest, RANGES[field])
  const ca = text('ca', LONGEST_PEM)
  const certificate = text('certificate', LONGEST_PEM)
  const private_key = text('private_key', LONGEST_PEM)
  const passphrase = text('passphrase', LONGEST_PASSPHRASE)
  const server_name = text('server_name', LONGEST_NAME)?.trim()
  if (ca !== undefined) mustBeCertificates('ca', ca)
  if (certificate !== undefined) mustBeCertificates('certificate', certificate)
  if (server_name !== undefined && !/^[\w.-]+$/.test(server_name)) throw refusal('server_name', RANGES.server_name)
  mustBelongTogether(certificate, private_key, passphrase)
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(private_key !== undefined && { private_key: new Secret(private_key) }),
    ...(passphrase !== undefined && { passphrase: new Secret(passphrase) }),
    ...(server_name !== undefined && { server_name }),
  }
}

// Node.js takes any text as `ca` and then believes nobody, without a word.
function mustBeCertificates(field: 'ca' | 'certificate', pem: string): void {
  const found = pem.match(PEM_CERTIFICATE) ?? []
  try {
    if (found.length === 0) throw new MonitorError('CONFIG_INVALID', 'no certificate')
    for (const one of found) new X509Certificate(one)
  } catch {
    throw refusal(field, RANGES[field])
  }
}

function mustBelongTogether(cert?: string, key?: string, passphrase?: string): void {
  if (cert === undefined && key === undefined) return
  if (cert === undefined) throw refusal('certificate', RANGES.certificate)
  if (key === undefined) throw refusal('private_key', RANGES.private_key)
  try {
    createSecureContext({ cert, key, ...(passphrase !== undefined && { passphrase }) })
  } catch {
    throw refusal('private_key', RANGES.private_key)
  }
}
