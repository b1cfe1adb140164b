import { invalid } from '../../src/domain/errors'

const UNFIT = /[^\w.:@-]/g

/**
 * The names by which the connections of one `kasa-mqtt` are known to its broker. Two with the same name would end each other's
 * connection for ever.
 */
export class ClientIds {
  private user: string | undefined

  constructor(
    /** The only one that the broker takes; undefined: each user has one of its own. */
    private readonly only: string | undefined,
  ) {}

  /** @param user id of the node that connects. @throws MonitorError `CONFIG_INVALID` where another has the only one */
  take(user: string): string {
    if (this.only === undefined) return `kasa-${user.replace(UNFIT, '-').slice(0, 64)}`
    if (this.user !== undefined && this.user !== user) {
      throw invalid(
        'CONFIG_INVALID',
        'client_id',
        this.only,
        'nothing, or another broker node: one node has this one already',
      )
    }
    this.user = user
    return this.only
  }

  release(user: string): void {
    if (this.user === user) this.user = undefined
  }
}
