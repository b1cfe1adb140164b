import type { ErrorCode } from '../../../domain/errors'
import { PORTS, type Dialect } from '../dialect'
import { listOf, numberOf, objectOf, textOf, type JsonObject } from '../json'
import { variantOf } from '../transports/tpap-variant'

const MAXIMUM_PORT = 65_535
const SCHEME_LENGTH = 32

export interface Announced {
  /** A first guess, which speaking to the device confirms; absent where the answer gives no clue. */
  readonly dialect?: Dialect
  /** Why it cannot be spoken to, in words for its owner. */
  readonly unsupported?: { readonly reason: string; readonly code: ErrorCode }
}

/** How the device wants to be spoken to. `opened` is what it said for our eyes alone. */
export function announcedOf(result: JsonObject, device_type: string, opened: JsonObject | undefined): Announced {
  const family = device_type.toUpperCase()
  if (family.includes('CAMERA') || family.includes('DOORBELL')) {
    return unsupported('cameras and doorbells are not supported')
  }
  const scheme = objectOf(result.mgt_encrypt_schm)
  const secure = scheme?.is_support_https === true
  const encryption =
    textOf(scheme?.encrypt_type, SCHEME_LENGTH) ??
    textOf(objectOf(result.encrypt_info)?.sym_schm, SCHEME_LENGTH) ??
    // What speaks over HTTPS and does not say how speaks as cameras do (D225 1.2.0).
    (secure ? 'AES' : undefined)
  if (encryption === undefined) return {}

  const port = portOf(scheme?.http_port) ?? portOf(opened?.http_port) ?? (secure ? PORTS.https : PORTS.http)
  const protocol = family.startsWith('IOT.') ? 'iot' : 'smart'
  switch (encryption.toUpperCase()) {
    case 'KLAP':
      return { dialect: { protocol, transport: 'klap', port, secure } }
    case 'AES':
      if (secure) return unsupported(family.endsWith('HUB') ? CAMERA_HUB_REASON : AES_OVER_HTTPS_REASON)
      return { dialect: { protocol, transport: 'aes', port, secure, ...loginVersionOf(result, scheme) } }
    case 'TPAP':
      return protocol === 'smart' ? tpapDialect(objectOf(result.tpap), port, secure) : unsupported(TPAP_REASON)
    default:
      return unsupported(`it wants to be spoken to in ${JSON.stringify(encryption)}, which is not known`)
  }
}

const AES_OVER_HTTPS_REASON = 'it speaks AES over HTTPS, as cameras and older vacuum robots do, which is not supported'
const CAMERA_HUB_REASON =
  'hubs that take in cameras (H200, H500) speak as cameras do, which is not supported; sensors are read through an ' +
  'H100, H110 or KH100'

/** Firmware from 1.4 on; https://github.com/mihai-dinculescu/tapo/issues/643 and python-kasa #1590 tell of the switch. */
export const TPAP_REASON =
  'it lets only the apps of its maker in (TPAP). In the Tapo or Kasa app, turn on Me > Third-Party Services > ' +
  'Third-Party Compatibility; where it is on already, turn it off and on again'

/** Who does not say how, says it when asked over HTTP. Older commands over TPAP have not been told of. */
function tpapDialect(tpap: JsonObject | undefined, port: number, secure: boolean): Announced {
  const dialect = { protocol: 'smart', transport: 'tpap' } as const
  if (!tpap) return { dialect: { ...dialect, port, secure } }
  const variant = variantOf(tpap)
  if (!variant) return unsupported(TPAP_REASON)
  return { dialect: { ...dialect, port: portOf(tpap.port) ?? port, secure: variant.secure } }
}

/** `lv`, or the highest of the listed versions; of `aes` alone. */
function loginVersionOf(result: JsonObject, scheme: JsonObject | undefined): Pick<Dialect, 'login_version'> {
  const listed = listOf(result.encrypt_type).slice(0, 8).map(Number)
  const version = numberOf(scheme?.lv) ?? Math.max(...listed)
  return version === 1 || version === 2 ? { login_version: version } : {}
}

function portOf(value: unknown): number | undefined {
  const port = numberOf(value)
  return port !== undefined && Number.isInteger(port) && port > 0 && port <= MAXIMUM_PORT ? port : undefined
}

function unsupported(reason: string): Announced {
  return { unsupported: { reason, code: 'DEVICE_UNSUPPORTED' } }
}
