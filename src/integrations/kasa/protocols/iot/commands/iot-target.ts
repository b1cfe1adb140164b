import type { CommandTarget } from '../../../commands/command-plan'
import type { OutletState, Sysinfo } from '../sysinfo'

/** A device of the older commands, or one of its outlets. */
export interface IotTarget extends CommandTarget {
  readonly sysinfo: Sysinfo
  readonly outlet: OutletState | undefined
}
