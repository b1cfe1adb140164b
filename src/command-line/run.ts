import { systemClock } from '../domain/clock'
import { toMonitorError } from '../domain/errors'
import { PACK } from '../files/pack'
import { kasa } from '../integrations/kasa/kasa'
import { credentialsHash } from '../integrations/kasa/login'
import { parseArguments } from './arguments'
import { command } from './command'
import { discover } from './discover'
import type { Invocation, Common } from './invocation'
import type { Output } from './output'
import { poll } from './poll'
import { reportError } from './report-error'
import { simulate } from './simulate'
import { USAGE } from './usage'

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const
const WRONG_USAGE = new Set(['INPUT_INVALID', 'CONFIG_INVALID'])

/** Does what the words ask. Resolves with the exit code, everything closed; `signal` ends it early. */
export async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    const invocation = parseArguments(words, environment)
    const succeeded = await perform(invocation, output, signal)
    if (signal.aborted && !runsUntilInterrupted(invocation)) return EXIT.interrupted
    return succeeded ? EXIT.done : EXIT.failed
  } catch (thrown) {
    if (signal.aborted) return EXIT.interrupted
    const error = toMonitorError(thrown)
    reportError(output, error)
    return WRONG_USAGE.has(error.code) ? EXIT.usage : EXIT.failed
  }
}

async function perform(invocation: Invocation, output: Output, signal: AbortSignal): Promise<boolean> {
  switch (invocation.name) {
    case 'help':
      output.line(USAGE)
      return true
    case 'version':
      output.line(PACK.version)
      return true
    case 'hash':
      output.line(credentialsHash(invocation.login.username, invocation.login.password).reveal())
      return true
    case 'simulate':
      await simulate(invocation, output, signal)
      return true
    case 'discover':
    case 'poll':
    case 'command':
      return await performInSession(invocation, output, signal)
  }
}

async function performInSession(
  invocation: Extract<Invocation, Common>,
  output: Output,
  signal: AbortSignal,
): Promise<boolean> {
  const { timeouts, port, credentials } = invocation
  const session = kasa.createSession({
    timeouts,
    clock: systemClock,
    random: Math.random,
    poll_over: 'tcp',
    ...(port === undefined ? {} : { port }),
    ...(credentials ? { credentials } : {}),
  })
  const stop = () => session.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    switch (invocation.name) {
      case 'discover':
        await discover(invocation, session, output, signal)
        return true
      case 'poll':
        return await poll(invocation, session, output, signal)
      case 'command':
        await command(invocation, session, output)
        return true
    }
  } finally {
    signal.removeEventListener('abort', stop)
    session.stop()
  }
}

function runsUntilInterrupted(invocation: Invocation): boolean {
  return invocation.name === 'simulate' || (invocation.name === 'poll' && invocation.count === Infinity)
}
