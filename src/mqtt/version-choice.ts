import type { Version } from './mqtt-library'
import type { MqttSettings } from './mqtt-settings'

/** How an attempt ended: the broker does not speak the version; it hung up without a word; otherwise. */
export type Failure = 'version' | 'silence' | 'other'

/** Which version of MQTT to speak: where a person leaves that open, 5, and 3.1.1 with brokers that do not. */
export class VersionChoice {
  private isSettled = false
  private chosen: Version

  constructor(private readonly setting: MqttSettings['version']) {
    this.chosen = setting === 'auto' ? '5' : setting
  }

  get version(): Version {
    return this.chosen
  }

  opened(): void {
    this.isSettled = true
  }

  /** @returns whether another version is worth an attempt at once */
  failed(failure: Failure): boolean {
    if (this.setting !== 'auto' || (this.isSettled && failure !== 'version')) return false
    this.isSettled = false
    const is_worth_it = this.chosen === '5' && failure !== 'other'
    this.chosen = is_worth_it ? '3.1.1' : '5'
    return is_worth_it
  }
}
