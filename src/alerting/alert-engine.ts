import type { Clock, Random } from '../domain/clock'
import type { DeviceEvent } from '../domain/event'
import type { Reading } from '../domain/reading'
import type { AlertAnswer, AlertCommand } from './alert-command'
import type { AlertOptions } from './alert-options'
import type { AlertOutputs } from './alert-outputs'
import type { Rule, Severity } from './rules/rule'
import type { Values } from './watching/subject'

export interface AlertEngineParts {
  /** Those of the dialog; others may be sent. */
  readonly rules: readonly Rule[]
  readonly options: AlertOptions
  readonly clock: Clock
  readonly random: Random
  /** Where what has to survive a restart is kept; absent: in memory alone. */
  readonly file?: string
  readonly outputs: AlertOutputs
}

/** Values that are no reading: of a topic, with flat names. */
export interface Measurement {
  readonly topic: string
  readonly values: Values
  /** ms since the epoch, UTC; absent: now. */
  readonly timestamp?: number
}

export interface AlertStatus {
  /** Incidents that are open. */
  readonly firing: number
  readonly pending: number
  /** Subjects that a rule watches. */
  readonly watched: number
  /** The gravest of the open ones. */
  readonly severity: Severity | undefined
  /** Notifications that have not left. */
  readonly waiting: number
}

/** The alerts of one node: rules in; readings, events, measurements and commands in; notifications and changes out. */
export class AlertEngine {
  constructor(private readonly parts: AlertEngineParts) {}

  /** Takes up what was kept. Faults of the file go to `outputs.failed`. */
  async start(): Promise<void> {
    await Promise.resolve(this.parts)
  }

  /** Keeps what has to be kept; leaves no timer behind. May be called twice. */
  async stop(): Promise<void> {
    await Promise.resolve()
  }

  /** A reading from the cache, or from before the start, brings nothing new. */
  takeReading(_reading: Reading): void {}

  takeEvent(_event: DeviceEvent): void {}

  takeMeasurement(_measurement: Measurement): void {}

  /** @throws MonitorError `INPUT_INVALID` naming the field, the value and what is allowed */
  run(_command: AlertCommand): AlertAnswer {
    return {}
  }

  status(): AlertStatus {
    return { firing: 0, pending: 0, watched: 0, severity: undefined, waiting: 0 }
  }

  /** Hears when `status()` may have changed. @returns how to stop listening */
  watch(_listener: () => void): () => void {
    return () => undefined
  }
}
