import { systemClock } from '../../src/domain/clock'
import { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import { parseHomeAssistantOptions } from '../../src/homeassistant/parse-options'
import { Topics } from '../../src/homeassistant/topics'
import { BrokerLink } from '../../src/mqtt/broker-link'
import { parseMqttSettings } from '../../src/mqtt/mqtt-settings'

/** A bridge at a broker on loopback, connected. */
export async function startBridge(url: string, given: object): Promise<HomeAssistantBridge> {
  const options = parseHomeAssistantOptions({ ...given })
  const topic = new Topics(options.base_topic, options.discovery_prefix).bridge_state
  const report = (error: Error) => {
    throw error
  }
  const goodbye = { topic, payload: 'offline', qos: 1 } as const
  const parts = { clock: systemClock, random: Math.random, report }
  const broker = new BrokerLink({ settings: parseMqttSettings({ url }), will: goodbye, goodbye, ...parts })
  const bridge = new HomeAssistantBridge({
    ...parts,
    options,
    broker,
    run: () => Promise.resolve(undefined),
    alerts: () => undefined,
  })
  await bridge.start()
  await new Promise<void>((resolve) => {
    const look = () => {
      if (bridge.status().broker.state === 'open') resolve()
    }
    bridge.watch(look)
    look()
  })
  return bridge
}
