import { parseCommand, type Command } from '../../src/domain/command'
import { invalid } from '../../src/domain/errors'

const PAYLOADS = '"on", "off", "toggle", true, false, or an object with a command'

/**
 * The command that a payload asks for: its name, a switch position, or an object with `command` and its parameters.
 * @throws MonitorError `INPUT_INVALID` naming what is wrong
 */
export function commandIn(payload: unknown): Command {
  if (typeof payload === 'boolean') return parseCommand(payload ? 'on' : 'off')
  if (typeof payload === 'string') return parseCommand(payload.trim())
  if (typeof payload === 'object' && payload !== null && 'command' in payload) {
    return parseCommand(payload.command, payload as Readonly<Record<string, unknown>>)
  }
  throw invalid('INPUT_INVALID', 'payload', payload, PAYLOADS)
}
