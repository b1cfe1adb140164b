export interface Account {
  readonly username: string
  readonly password: string
}

/** The owner of simulated devices, unless they are told otherwise. */
export const SIMULATED_ACCOUNT: Account = { username: 'user@example.com', password: 'great_password' }

/** What devices know that belong to nobody, or whose cloud has not told them their owner. Published long ago. */
const UNOWNED = {
  'kasa-default': { username: 'kasa@tp-link.net', password: 'kasaSetup' },
  'tapo-default': { username: 'test@tp-link.net', password: 'test' },
  blank: { username: '', password: '' },
} as const satisfies Record<string, Account>

export type AccountOption = Account | keyof typeof UNOWNED

export function accountOf(option: AccountOption = SIMULATED_ACCOUNT): Account {
  return typeof option === 'string' ? UNOWNED[option] : option
}
