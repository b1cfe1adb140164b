import { mkdir } from 'node:fs/promises'
import type { NodeAPI } from 'node-red'
import { join } from 'node:path'
import { systemClock } from '../../src/domain/clock'
import type { Command } from '../../src/domain/command'
import { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import { parseHomeAssistantOptions } from '../../src/homeassistant/parse-options'
import { Topics } from '../../src/homeassistant/topics'
import type { Fleet } from '../../src/polling/fleet'
import type { MqttService } from '../kasa-mqtt/mqtt-service'
import type { TariffService } from '../kasa-tariff/tariff-service'
import { deployed } from '../shared/deployed'
import { register } from '../shared/register'
import { bridgeBroker } from './bridge-broker'
import { bridgeStatus } from './bridge-status'
import { BrokerNews } from './broker-news'
import { takeContent } from './content'
import { followFleet } from './fleet-source'
import { schema } from './kasa-homeassistant.schema'
import { runCommand } from './node-command'
import { Outputs } from './outputs'
import { registerRatesRoute } from './rates-route'
import { receivedMessage } from './received-message'

const STATUS_EVERY_MS = 1000

export = (RED: NodeAPI): void => {
  registerRatesRoute(RED)
  register(RED, schema, ({ node, settings, scope, status, service, input, report }) => {
    const tariff = settings.tariff === '' ? undefined : service<TariffService>('tariff').tariff
    const options = parseHomeAssistantOptions(settings, tariff)
    const { base_topic, discovery_prefix } = options
    const fleet = settings.fleet === '' ? undefined : service<Fleet>('fleet')
    const mqtt = settings.broker === '' ? undefined : service<MqttService>('broker')
    const folder = join(RED.settings.userDir ?? '.', 'kasa-monitor')
    const fileOf = (what: string) => join(folder, `${what}-${encodeURIComponent(node.id)}.json`)
    const outputs = new Outputs(node)
    const news = new BrokerNews(node, systemClock)

    scope.own(() => mqtt?.release(node.id))
    const { broker, receive } = bridgeBroker({
      user: node.id,
      topics: new Topics(base_topic, discovery_prefix),
      mqtt,
      file: fileOf('mqtt'),
      show: (message) => outputs.mqtt(message),
      report: (error) => news.tell(error),
    })
    const bridge = new HomeAssistantBridge({
      options,
      broker,
      clock: systemClock,
      random: Math.random,
      file: fileOf('homeassistant'),
      run: async (device_id: string, command: Command) => {
        if (fleet?.polled(device_id)) return fleet.command(device_id, command)
        outputs.command(device_id, command)
        return undefined
      },
      alerts: (command) => outputs.alert(command),
      report,
    })
    scope.own(() => bridge.stop())
    scope.own(deployed.bridges.add(node.id, settings.name, bridge))

    const look = () => {
      const now = bridge.status()
      news.follow(now.broker)
      status.show(...bridgeStatus(now))
    }
    scope.own(bridge.watch(look))
    scope.every(STATUS_EVERY_MS, look)
    const begin = async () => {
      // Without the folder, nothing outlives a restart; that is no reason not to begin.
      await mkdir(folder, { recursive: true }).catch(report)
      await bridge.start()
      if (fleet && !scope.closed) scope.own(followFleet({ id: settings.fleet, fleet, bridge, clock: systemClock }))
    }
    const begun = begin()
    begun.catch(report)

    input(async (message) => {
      await begun
      if (scope.closed) return
      const received = receive && receivedMessage(message, [base_topic, discovery_prefix])
      if (receive && received) receive(received)
      else if (message.command !== undefined) runCommand(bridge, message)
      else takeContent(bridge, message.payload, (device_id) => fleet?.polled(device_id) !== undefined)
    })
  })
}
