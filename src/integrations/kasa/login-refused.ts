import { MonitorError } from '../../domain/errors'
import type { Logins } from './login'

const COMPATIBILITY =
  'Firmware of 2025 and later may also want Third-Party Compatibility switched on, in the Tapo app under Me > Third-Party Services.'

/** The device knows none of the logins; the text says what a person can do about it. */
export function loginRefused(host: string, { own }: Logins): MonitorError {
  const advice = own
    ? 'it knows neither the account that is set nor those it comes with. Check e-mail and password, upper and lower case included: it is the TP-Link account that the device is bound to in the app.'
    : 'it wants a login, and no account is set. Set e-mail and password of the TP-Link account that the device is bound to in the app.'
  return new MonitorError('LOGIN_REFUSED', `${host}: ${advice} ${COMPATIBILITY}`, {
    details: { host, field: 'credentials' },
  })
}
