import { choice, whole } from '../domain/options'

/** How to speak to a broker: everything that has a default. */
export const MQTT_OPTIONS = {
  version: choice(['auto', '5', '3.1.1'], 'The version of MQTT; auto: 5, and 3.1.1 where the broker refuses it'),
  keepalive_s: whole(
    5,
    3600,
    60,
    'How long the connection may be silent before the broker is asked whether it is there',
  ),
  connect_ms: whole(1000, 60_000, 10_000, 'How long a connection may take'),
  verify_certificate: choice(['yes', 'no'], "Whether the broker's certificate has to be valid"),
} as const
