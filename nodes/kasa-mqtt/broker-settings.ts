import type { Node, NodeAPI } from 'node-red'
import { invalid } from '../../src/domain/errors'
import { borrowedSettings, type BrokerNode } from '../../src/mqtt/borrowed-settings'
import type { Given } from '../../src/mqtt/given'
import { parseMqttSettings, type MqttSettings } from '../../src/mqtt/mqtt-settings'
import type { SettingsOf } from '../shared/schema'
import type { schema } from './kasa-mqtt.schema'

type Settings = SettingsOf<typeof schema>
type Login = Readonly<Record<string, string | undefined>>
/** A core `tls-config` node; it is also what a core `mqtt-broker` node asks. */
type TlsNode = Node & { addTLSOptions?: (options: object) => object; valid?: boolean }

/**
 * The settings of a broker, borrowed or from the dialog.
 * @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it
 */
export function mqttSettings(RED: NodeAPI, settings: Settings, login: Login): MqttSettings {
  const { mqtt_broker, tls, version, client_id, connect_ms } = settings
  if (mqtt_broker === '') return withTls(parseMqttSettings({ ...settings, ...login, ...tlsOf(RED, tls) }), tls)
  const node = nodeOf(RED, 'mqtt_broker', mqtt_broker, 'mqtt-broker')
  return parseMqttSettings({ ...borrowedSettings(node as BrokerNode), version, client_id, connect_ms })
}

/** Whoever has chosen a `tls-config` does not want his password to go out in the clear. */
function withTls(settings: MqttSettings, tls: string): MqttSettings {
  const { protocol } = settings.address
  if (tls === '' || protocol === 'mqtts' || protocol === 'wss') return settings
  throw invalid('CONFIG_INVALID', 'url', settings.url, 'mqtts:// or wss://, because a tls-config is chosen')
}

/** What a `tls-config` node says, in the words of a broker's settings. */
function tlsOf(RED: NodeAPI, id: string): Given {
  if (id === '') return {}
  const node = nodeOf(RED, 'tls', id, 'tls-config') as TlsNode
  if (!node.addTLSOptions || node.valid === false) {
    throw invalid('CONFIG_INVALID', 'tls', node.name || id, 'a tls-config that is set up without errors')
  }
  const told = borrowedSettings({ options: node.addTLSOptions({}) })
  const { verify_certificate, ca, certificate, private_key, passphrase, server_name } = told
  return { verify_certificate, ca, certificate, private_key, passphrase, server_name }
}

function nodeOf(RED: NodeAPI, field: string, id: string, type: string): Node {
  const node = RED.nodes.getNode(id) as Node | null
  if (node?.type === type) return node
  throw invalid('CONFIG_INVALID', field, id, `a ${type} node that is deployed and enabled`)
}
