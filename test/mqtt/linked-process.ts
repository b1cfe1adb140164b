import { systemClock } from '../../src/domain/clock'
import { BrokerLink } from '../../src/mqtt/broker-link'
import { parseMqttSettings } from '../../src/mqtt/mqtt-settings'

/** What a test tells it. */
export interface Orders {
  readonly settings: Readonly<Record<string, unknown>>
  readonly farewell: string
  readonly file?: string
  readonly deliver?: readonly string[]
}

const { settings, farewell, file, deliver = [] } = JSON.parse(process.argv[2] ?? '') as Orders
const will = { topic: farewell, payload: 'offline', qos: 1 } as const
const link = new BrokerLink({
  settings: parseMqttSettings(settings),
  will,
  goodbye: will,
  clock: systemClock,
  random: Math.random,
  report: () => undefined,
  ...(file !== undefined && { file }),
})
link.watch(() => process.send?.(link.status().state))
for (const payload of deliver) link.deliver({ topic: 'kasa/plug/alert', payload, qos: 1 })
void link.start()
