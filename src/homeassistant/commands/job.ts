import type { Command } from '../../domain/command'
import type { KnownDevice } from '../known-device'
import type { Request } from './read-request'
import type { Sender } from './results'
import type { Wish, WishKey } from './wish'

/** Everything that a result needs. */
export interface Task {
  /** Absent where the bridge is meant, or nothing that we know. */
  readonly known: KnownDevice | undefined
  readonly request: Request
  readonly sender: Sender
}

/** A wish that a device has to fulfil. */
export interface Job extends Task {
  readonly known: KnownDevice
  readonly wish: Wish
  readonly commands: readonly Command[]
}

/** Understood, and not obeyed by any device. */
const WITHOUT_EFFECT = ['transition', 'flash'] as const satisfies readonly WishKey[]
/** These leave nothing on a device by themselves. */
const NOT_OF_DEVICE: readonly string[] = ['acknowledge', 'silence', 'nearest', ...WITHOUT_EFFECT] satisfies WishKey[]

/** Whether the newer wish leaves nothing of the older one; toggling builds on whatever was before. */
export function replaces(newer: Wish, older: Wish): boolean {
  if (newer.on === 'toggle') return false
  return Object.keys(older).every((key) => NOT_OF_DEVICE.includes(key) || Object.hasOwn(newer, key))
}

/** The keys of a wish that change nothing. */
export function ignoredIn(wish: Wish): string[] {
  return WITHOUT_EFFECT.filter((key) => wish[key] !== undefined)
}
