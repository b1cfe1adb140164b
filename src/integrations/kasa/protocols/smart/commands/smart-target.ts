import type { CommandTarget } from '../../../commands/command-plan'
import type { DeviceInfo } from '../device-info'

/** A device of the newer commands, or one of its children. */
export interface SmartTarget extends CommandTarget {
  readonly info: DeviceInfo
  /** What `control_child` wants; absent: the host's own device. */
  readonly child_id: string | undefined
  /** Children that are switched in its place, because it has no switch of its own. */
  readonly switched_children: readonly string[]
}
