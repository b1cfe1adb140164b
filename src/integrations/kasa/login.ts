import type { Credentials } from '../integration'

/** What a session can log in with: the user's account first, then what devices know that belong to none. */
export class Logins {
  constructor(readonly own: Credentials | undefined) {}
}
