import { MonitorError } from '../domain/errors'
import { Secret } from '../domain/secret'
import type { Credentials } from './integration'

/** What a login is given with, by what the person knows these fields as. */
export interface LoginFields {
  readonly username: string
  readonly password: string
  readonly hash: string
}

const PARTS = ['username', 'password', 'hash'] as const

/** E-mail and password. Neither shows itself to whoever prints what holds them. */
class Account {
  readonly #username: string
  readonly #password: Secret

  constructor(username: string, password: string) {
    this.#username = username
    this.#password = new Secret(password)
  }

  get username(): string {
    return this.#username
  }

  get password(): Secret {
    return this.#password
  }
}

/**
 * The login that a person gave, if any: e-mail and password, or the hash alone. Errors never repeat a value: it may be a
 * password in the wrong field.
 * @throws MonitorError `code` naming the missing half, or what is too much
 */
export function credentialsFrom(
  given: Readonly<Partial<Record<string, string>>>,
  fields: LoginFields,
  code: 'CONFIG_INVALID' | 'INPUT_INVALID',
): Credentials | undefined {
  const [username = '', password = '', hash = ''] = PARTS.map((part) => given[fields[part]])
  const account = username.trim()
  if (hash !== '') {
    const other = account !== '' ? fields.username : fields.password
    if (account === '' && password === '') return { hash: new Secret(hash.trim()) }
    throw refusal(code, other, `nothing, because ${fields.hash} is set and stands for both`)
  }
  if (account === '' && password === '') return undefined
  if (account === '') throw refusal(code, fields.username, `the e-mail that belongs to ${fields.password}`)
  if (password === '') throw refusal(code, fields.password, `the password that belongs to ${fields.username}`)
  return new Account(account, password)
}

function refusal(code: 'CONFIG_INVALID' | 'INPUT_INVALID', field: string, range: string): MonitorError {
  return new MonitorError(code, `${field}: expected ${range}`, { details: { field, range } })
}
