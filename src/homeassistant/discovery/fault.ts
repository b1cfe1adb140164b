/** Why Home Assistant would refuse a message, or a part of it. */
export interface Fault {
  /** Where: `components.power.unit_of_measurement`; empty: the message as a whole. */
  readonly path: string
  /** The component that it is of; absent: nothing of the message is of use. */
  readonly component?: string
  readonly value?: unknown
  /** What is allowed there. */
  readonly range: string
}

export type Complain = (path: string, value: unknown, range: string) => void

/** What a key is called inside of what is called `path`. */
export function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
