import { Emission } from '../../src/polling/emission'
import type { Reading } from '../../src/domain/reading'
import type { SettingsOf } from '../shared/schema'
import type { schema } from './kasa-poll.schema'

type Settings = Pick<
  SettingsOf<typeof schema>,
  'which' | 'devices' | 'outlets' | 'include_suspect' | 'emit' | 'deadband_w' | 'deadband_pct' | 'at_least_every_s'
>

/** Decides which readings of the fleet this node sends. */
export class ReadingFilter {
  private readonly chosen: ReadonlySet<string>
  private readonly emission: Emission
  /** Only of devices of the fleet, so it grows no further than that. */
  private readonly sent = new Map<string, Reading>()

  constructor(private readonly settings: Settings) {
    this.chosen = new Set(settings.devices)
    this.emission = new Emission({
      emit: settings.emit,
      deadbands: { power_w: { absolute: settings.deadband_w, percent: settings.deadband_pct } },
      at_least_every_ms: settings.at_least_every_s * 1000,
    })
  }

  /** Whether the node is about every device, whatever it is. */
  get coversAll(): boolean {
    return this.settings.which === 'all' && this.settings.outlets
  }

  /** Whether the node is about this device at all. */
  covers({ device_id, parent_id }: { device_id?: string | undefined; parent_id?: string }): boolean {
    const { which, outlets } = this.settings
    if (which === 'all') return outlets || parent_id === undefined
    if (device_id !== undefined && this.chosen.has(device_id)) return true
    return outlets && parent_id !== undefined && this.chosen.has(parent_id)
  }

  /** Whether a reading of a covered device is sent; it is remembered as sent then. */
  passes(reading: Reading): boolean {
    if (reading.quality === 'suspect' && !this.settings.include_suspect) return false
    if (!this.emission.passes(reading, this.sent.get(reading.device_id))) return false
    if (!this.emission.always) this.sent.set(reading.device_id, reading)
    return true
  }
}
