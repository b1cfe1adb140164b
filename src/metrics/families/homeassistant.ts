import type { BridgeStatus } from '../../homeassistant/bridge'
import { counter, gauge, type Group, histogram, states } from '../family'

export const HOMEASSISTANT: Group<BridgeStatus> = {
  title: 'MQTT and Home Assistant',
  labels: ['bridge'],
  families: {
    kasa_mqtt_state: states(
      'State of the connection to the broker',
      ['closed', 'connecting', 'open', 'down'],
      ({ broker }) => broker.state,
    ),
    kasa_mqtt_published_total: counter('Messages published', ({ broker }) => broker.published),
    kasa_mqtt_received_total: counter('Messages received', ({ broker }) => broker.received),
    kasa_mqtt_dropped_total: counter(
      'Messages given up: too many waited, or they were too large',
      ({ broker }) => broker.dropped,
    ),
    kasa_mqtt_confirmation_duration_seconds: histogram(
      'How long the broker took to confirm a message',
      ({ broker }) => broker.latency,
    ),
    kasa_mqtt_waiting: gauge('Messages that wait for the broker', ({ broker }) => broker.waiting),
    kasa_mqtt_kept_topics: gauge('Topics whose newest value is kept for the broker', ({ broker }) => broker.kept),
    kasa_homeassistant_devices: gauge('Devices that it shows', ({ devices }) => devices),
    kasa_homeassistant_available_devices: gauge('Of them, those that are available', ({ available }) => available),
    kasa_homeassistant_commands_total: counter('Commands that devices have confirmed', ({ commands }) => commands.done),
    kasa_homeassistant_commands_refused_total: counter(
      'Commands refused, or failed at the device',
      ({ commands }) => commands.refused,
    ),
    kasa_homeassistant_commands_superseded_total: counter(
      'Commands that a newer one has replaced while they waited',
      ({ commands }) => commands.superseded,
    ),
    kasa_homeassistant_commands_retained_total: counter(
      'Commands ignored, because the broker had kept them',
      ({ commands }) => commands.retained,
    ),
    kasa_homeassistant_command_duration_seconds: histogram(
      'How long commands took, whatever became of them',
      ({ commands }) => commands.latency,
    ),
    kasa_homeassistant_commands_in_flight: gauge('Commands under way', ({ commands }) => commands.running),
    kasa_homeassistant_commands_waiting: gauge('Commands that wait for their turn', ({ commands }) => commands.waiting),
  },
}
