import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { examineBroker } from '../../src/mqtt/examine-broker'
import type { MqttSettings } from '../../src/mqtt/mqtt-settings'
import { parseDialogSettings } from '../shared/dialog-settings'
import { registerDialogRoute } from '../shared/dialog-route'
import { mqttSettings } from './broker-settings'
import { schema } from './kasa-mqtt.schema'

interface CheckRequest {
  /** The node that is being edited. */
  readonly id: string
  readonly broker: MqttSettings
}

/** The dialog's button "Test": `POST kasa-monitor/brokers/check`. */
export function registerCheckRoute(RED: NodeAPI): void {
  registerDialogRoute(RED, {
    path: '/kasa-monitor/brokers/check',
    permission: 'kasa-mqtt.write',
    parse: (body) => parseCheckRequest(RED, body),
    answer: async ({ broker }) => ({
      examination: { name: broker.url, ...(await examineBroker(broker, systemClock)) },
    }),
  })
}

function parseCheckRequest(RED: NodeAPI, body: unknown): CheckRequest {
  const { id, settings, login } = parseDialogSettings(RED, schema, body)
  return { id, broker: mqttSettings(RED, settings, login) }
}
