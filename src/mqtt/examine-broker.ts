import type { Clock } from '../domain/clock'
import type { ErrorCode } from '../domain/errors'
import type { MqttSettings } from './mqtt-settings'

/** What a person who has typed the settings of a broker wants to know. */
export interface BrokerExamination {
  /** What is spoken with it; absent where it lets nobody in. */
  readonly version?: '5' | '3.1.1'
  readonly latency_ms?: number
  /** Whether a retained message was there for somebody who came later; absent where that could not be tried. */
  readonly keeps_retained?: boolean
  /** What stands in the way. */
  readonly code?: ErrorCode
  /** What to do, in sentences. */
  readonly advice: readonly string[]
}

/** Connects by a client id of its own, leaves nothing behind, never rejects. */
export function examineBroker(_settings: MqttSettings, _clock: Clock): Promise<BrokerExamination> {
  return Promise.resolve({ code: 'BROKER_UNSUPPORTED', advice: [] })
}
