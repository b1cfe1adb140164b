/** Why Home Assistant would refuse a message, or a part of it. */
export interface Fault {
  /** Where: `components.power_w.unit_of_measurement`; empty: the message as a whole. */
  readonly path: string
  /** The component that it is of; absent: nothing of the message is of use. */
  readonly component?: string
  readonly value?: unknown
  /** What is allowed there. */
  readonly range: string
}

/** What Home Assistant would refuse, or take with a warning; none: it takes all of it. Never throws. */
export function checkDiscovery(_topic: string, _payload: string): readonly Fault[] {
  return []
}
