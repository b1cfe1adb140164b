import type { Components } from '../entities/component'

/** `device` of a discovery message; unknown values are absent. */
export interface DeviceBlock {
  readonly identifiers: readonly string[]
  readonly connections?: readonly (readonly [type: string, value: string])[]
  readonly name: string
  readonly manufacturer?: string
  readonly model?: string
  readonly hw_version?: string
  readonly sw_version?: string
  readonly serial_number?: string
  readonly via_device?: string
  readonly configuration_url?: string
}

/** Everything that Home Assistant is told of one device. */
export interface Announcement {
  /** See `nodeIdOf`; stable for ever. */
  readonly node_id: string
  readonly device: DeviceBlock
  readonly components: Components
  /** All of these have to say `online`. */
  readonly availability_topics: readonly string[]
}
