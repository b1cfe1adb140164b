import { MonitorError } from '../../../../domain/errors'
import type { CommandTarget } from '../command-plan'

/** Refuses an effect that the device does not have, and names those that it has. */
export function unknownEffect(
  wanted: string,
  names: readonly string[],
  { model, device_id }: CommandTarget,
): MonitorError {
  const range = ['off', ...names].join(', ')
  return new MonitorError('COMMAND_UNSUPPORTED', `${model} has no effect '${wanted}'; it has ${range}`, {
    details: { device_id, field: 'effect', value: wanted, range },
  })
}
