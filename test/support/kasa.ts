import { systemClock, type Clock } from '../../src/domain/clock'
import { Secret } from '../../src/domain/secret'
import {
  DEFAULT_TIMEOUTS,
  type Connection,
  type Credentials,
  type PollOutcome,
  type SessionOptions,
} from '../../src/integrations/integration'
import { CONFIRM_DELAY_MS } from '../../src/integrations/kasa/commands/command-run'
import { kasa } from '../../src/integrations/kasa/kasa'
import type { Account } from '../../src/simulator/account'

/** Short enough that a test of silence is quick, long enough for a busy machine, which stands still for half a second now and then. */
export const TEST_TIMEOUTS = { connect_ms: 1000, reply_ms: 1000, command_ms: 3000, discovery_ms: 1000 }

export function kasaSession(options: Partial<SessionOptions> = {}) {
  return kasa.createSession({
    timeouts: DEFAULT_TIMEOUTS,
    clock: systemClock,
    random: () => 0.5,
    poll_over: 'tcp',
    ...options,
  })
}

export function credentialsOf({ username, password }: Account): Credentials {
  return { username, password: new Secret(password) }
}

/** The system's clock, with the moment that devices get before a command is confirmed cut short. */
export const impatientClock: Clock = {
  ...systemClock,
  setTimeout: (callback, delay_ms) => systemClock.setTimeout(callback, delay_ms === CONFIRM_DELAY_MS ? 5 : delay_ms),
}

/** `poll` as a promise: rejects with the error. */
export function pollOnce(connection: Connection, device_id?: string): Promise<PollOutcome> {
  return new Promise((resolve, reject) => {
    connection.poll(device_id, (error, outcome) => (outcome ? resolve(outcome) : reject(error ?? new Error('nothing'))))
  })
}
