import type { DeviceEvent } from '../../domain/event'

/** A reading is one; so is any measurement with flat names. */
export type Values = Readonly<Record<string, unknown>>

/**
 * What is watched, and what is known of it at this moment: a device, a group of devices whose values are made one, or
 * whatever sends measurements under one topic. It lives as long as the engine; a new sample replaces `values`.
 */
export interface Subject {
  /** A device id, a topic, or for a group the id of its rule. */
  readonly id: string
  readonly alias: string
  readonly model: string | undefined
  readonly host: string | undefined
  readonly parent_id: string | undefined
  /** The newest sample, whole: what it does not hold was not said. Empty before the first. */
  readonly values: Values
  /** When the newest sample was taken, by the monotonic clock; -Infinity before the first. */
  readonly sampled_ms: number
  /** The same by the wall clock, ms since the epoch; 0 before the first. */
  readonly timestamp: number
  /** By the poller's events and by readings that come; undefined as long as neither has come. */
  readonly online: boolean | undefined
}

/**
 * One moment at which conditions are asked. It is used again for the next one: nobody keeps it.
 */
export interface Moment {
  /** By the monotonic clock. */
  readonly now_ms: number
  /** By the wall clock, ms since the epoch. */
  readonly wall_ms: number
  /** Of whom a sample or an event has just come; undefined where time has passed alone. */
  readonly from: Subject | undefined
  /** The event that has just come. */
  readonly event: DeviceEvent | undefined
}
