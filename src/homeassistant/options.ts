import { choice, whole, type ValuesOf } from '../domain/options'
import type { Tariff } from '../domain/tariffs/tariff'

export const HOME_ASSISTANT_OPTIONS = {
  discovery: choice(
    ['device', 'single', 'off'],
    'One message per device (Home Assistant 2024.11 and newer), one per entity (older ones, openHAB), or none',
  ),
  alerts: choice(['yes', 'no'], 'Whether devices have entities for the alerts that come in'),
  entity_ids: choice(['by_home_assistant', 'by_device_id'], 'Who makes up the names of new entities'),
  merge_native: choice(['no', 'yes'], 'Whether devices become one with those of the TP-Link integration, by their MAC'),
  state_qos: choice(['0', '1'], 'With what certainty states are sent'),
  /** A strip with eight outlets has nine devices; they need not be told at once. */
  announcements_per_s: whole(1, 1000, 50, 'How many announcements go out in a second at most'),
  settle_ms: whole(2000, 60_000, 2000, 'How long a device has to stay the same before it is announced'),
  birth_jitter_s: whole(
    1,
    60,
    10,
    'Within how many seconds after the start of Home Assistant everything is told again',
  ),
  heartbeat_s: whole(10, 86_400, 900, 'After how long a state is sent again although nothing has changed'),
  /** Of devices of no fleet: a fleet knows who is offline. */
  unavailable_after_s: whole(10, 604_800, 3600, 'After how long without a reading a device counts as unavailable'),
  silence_min: whole(1, 10_080, 60, 'For how long the button silences the alerts of a device'),
} as const

/** Everything that a person may set, checked. */
export interface HomeAssistantOptions extends ValuesOf<typeof HOME_ASSISTANT_OPTIONS> {
  /** `kasa`: where everything of ours is. */
  readonly base_topic: string
  /** `homeassistant`: where Home Assistant looks for announcements, and says that it has started. */
  readonly discovery_prefix: string
  /** Absent: no cost. */
  readonly tariff?: Tariff
  /** Instead of those of `STATE_RATES`. */
  readonly rates: readonly StateRate[]
}

/** When a new value is worth a message. */
export interface StateRate {
  readonly key: string
  /** It has to differ by so much from what was sent last, in the unit of the key. */
  readonly deadband: number
  /** At most once in so many seconds. */
  readonly every_s: number
}
