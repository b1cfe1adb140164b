import { invalid } from '../../domain/errors'
import type { AlertCommand } from '../alert-command'

/**
 * A checked command from what a message holds.
 * @throws MonitorError `INPUT_INVALID` naming the field, the value and what is allowed
 */
export function parseAlertCommand(command: string, _given: unknown): AlertCommand {
  throw invalid('INPUT_INVALID', 'command', command, 'a command')
}
