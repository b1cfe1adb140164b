import { MonitorError } from '../../../domain/errors'
import type { LinkOptions } from '../link'
import type { Account, LoginVersion } from '../login'
import { loginRefused } from '../login-refused'

/** One way to log in. */
export interface AesLogin {
  readonly account: Account
  readonly version: LoginVersion
}

/** Version 2 first, which does not give the password itself away. */
const VERSIONS: readonly LoginVersion[] = [2, 1]

/** The ways to log in to one host, in the order in which they are tried: what has worked first. */
export class AesLogins {
  readonly #ways: AesLogin[] = []
  private index = 0

  constructor(private readonly options: LinkOptions) {
    const { logins, dialect } = options
    const versions = dialect.login_version === undefined ? VERSIONS : [dialect.login_version]
    for (const login of logins.all) {
      const account = login.account()
      // Whoever runs the host can read what it is sent.
      const isWithheld = options.found && login === logins.own
      if (account && !isWithheld) this.#ways.push(...versions.map((version) => ({ account, version })))
    }
  }

  /** @throws MonitorError `LOGIN_REFUSED` where all have been refused; then the first is next */
  get next(): AesLogin {
    const way = this.#ways[this.index]
    if (way) return way
    this.index = 0
    throw this.refusal()
  }

  onAccepted(): void {
    this.#ways.unshift(...this.#ways.splice(this.index, 1))
    this.index = 0
  }

  onRefused(): void {
    this.index++
  }

  private refusal(): MonitorError {
    const { host, logins, found } = this.options
    if (found && logins.own) {
      return refused(host, 'it was found and not chosen, so it is not given the account; list it in the fleet')
    }
    if (logins.own && !logins.own.account()) {
      return refused(
        host,
        'its protocol is an older one, which needs e-mail and password; a hash of them is not enough',
      )
    }
    return loginRefused(host, logins)
  }
}

function refused(host: string, reason: string): MonitorError {
  return new MonitorError('LOGIN_REFUSED', `${host}: ${reason}`, { details: { host, field: 'credentials' } })
}
