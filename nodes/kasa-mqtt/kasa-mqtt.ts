import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { BrokerLink } from '../../src/mqtt/broker-link'
import { assertVariables } from '../shared/credentials'
import { register } from '../shared/register'
import { mqttSettings } from './broker-settings'
import { registerCheckRoute } from './check-route'
import { ClientIds } from './client-ids'
import { schema } from './kasa-mqtt.schema'
import type { MqttService } from './mqtt-service'

export = (RED: NodeAPI): void => {
  registerCheckRoute(RED)
  register(RED, schema, ({ settings, credentials, provide }) => {
    assertVariables(credentials)
    const broker = mqttSettings(RED, settings, credentials)
    const ids = new ClientIds(broker.client_id)
    const service: MqttService = {
      connect: (user, options) =>
        new BrokerLink({
          ...options,
          settings: { ...broker, client_id: ids.take(user) },
          clock: systemClock,
          random: Math.random,
        }),
      release: (user) => ids.release(user),
    }
    provide(service)
  })
}
