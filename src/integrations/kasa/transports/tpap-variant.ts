import { flagOf, listOf, numberOf, type JsonObject } from '../json'

/** What a login proves to know: the account, or what is made of the MAC alone where a device belongs to nobody. */
export type PasscodeType = 'userpw' | 'default_userpw'

/** How a device wants TPAP to be spoken, as far as we speak it. */
export interface TpapVariant {
  readonly passcode_type: PasscodeType
  /** Over TLS; then with a certificate of the device's own making. */
  readonly secure: boolean
  /** It wants to be asked for the maker's certificate. */
  readonly attests: boolean
  readonly user_hash: 'md5' | 'sha256'
}

/** `tls: 2`: with a certificate of the maker's, asking for one maybe; other values are not known. */
const TLS = [0, 1] as const
const LISTED_PASSCODES = 16
/** The maker's app takes the default one wherever it is offered. */
const PASSCODES: readonly (readonly [number, PasscodeType])[] = [
  [0, 'default_userpw'],
  [2, 'userpw'],
]

/** From the `tpap` of a discovery's answer, or of the device's own over HTTP; undefined where we do not speak so. */
export function variantOf(tpap: JsonObject): TpapVariant | undefined {
  const tls = TLS.find((known) => known === (tpap.tls ?? 0))
  const offered = listOf(tpap.pake).slice(0, LISTED_PASSCODES)
  const passcode_type = PASSCODES.find(([number]) => offered.includes(number))?.[1]
  if (tls === undefined || passcode_type === undefined) return undefined
  return {
    passcode_type,
    secure: tls === 1,
    attests: flagOf(tpap.dac) === true || tpap.dac === true,
    user_hash: numberOf(tpap.user_hash_type) === 1 ? 'sha256' : 'md5',
  }
}
