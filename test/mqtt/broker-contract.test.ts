import { before, describe } from 'mocha'
import { describeBroker, type BrokerUnderTest } from '../contract/broker'
import { AedesBroker } from '../support/aedes'
import { WatchedLink } from '../support/broker-links'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { skipWithout } from '../support/skipping'
import { Wire } from '../support/wire'

let links = 0

function linkTo(url: string, version: string): BrokerUnderTest {
  const watched = new WatchedLink({ url, version, client_id: `kasa-${(links += 1)}` })
  return {
    broker: watched.link,
    reports: watched.reports,
    listener: () => MqttPerson.at(url),
    opened: () => watched.becomes('open'),
    hears_kept: true,
    close: () => watched.link.stop(),
  }
}

describe('Mosquitto', () => {
  before(function () {
    skipWithout(whyNoMosquitto(), this)
  })

  for (const version of ['5', '3.1.1']) {
    let stop: () => Promise<void>
    const begin = async () => {
      const server = await startMosquitto()
      stop = () => server.stop()
      return () => linkTo(server.url, version)
    }
    describeBroker(`Mosquitto with MQTT ${version}`, begin, () => stop())
  }
})

describe('aedes', () => {
  let server: AedesBroker
  const begin = async () => {
    server = await AedesBroker.start()
    return () => linkTo(server.url, 'auto')
  }
  describeBroker('aedes, which refuses MQTT 5', begin, () => server.stop())
})

describe('a wire', () => {
  const begin = () => {
    const make = () => {
      const wire = new Wire()
      return {
        broker: wire.broker,
        reports: wire.reports,
        listener: () => Promise.resolve(wire.join()),
        opened: () => Promise.resolve(),
        hears_kept: false,
        close: () => wire.broker.stop(),
      }
    }
    return Promise.resolve(make)
  }
  describeBroker('a wire to the broker of somebody else', begin, () => Promise.resolve())
})
