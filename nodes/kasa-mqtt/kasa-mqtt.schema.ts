import { MQTT_OPTIONS } from '../../src/mqtt/mqtt-options'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-mqtt',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    mqtt_broker: { type: 'config-node', default: '', node: 'mqtt-broker', icon: 'share-alt' },
    url: { type: 'text', default: '', icon: 'globe' },
    tls: { type: 'config-node', default: '', node: 'tls-config', icon: 'lock' },
    verify_certificate: choice(MQTT_OPTIONS.verify_certificate, 'certificate'),
    version: choice(MQTT_OPTIONS.version, 'code-fork'),
    keepalive_s: number(MQTT_OPTIONS.keepalive_s, 's', 'heartbeat'),
    client_id: { type: 'text', default: '', maximum_length: 128, icon: 'id-badge' },
    connect_ms: number(MQTT_OPTIONS.connect_ms, 'ms', 'hourglass-half'),
  },
  credentials: { username: 'text', password: 'password' },
} as const satisfies NodeSchema
