import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { systemClock } from '../../../src/domain/clock'
import { CommandDesk } from '../../../src/homeassistant/commands/command-desk'
import { WatchedLink } from '../../support/broker-links'
import { TOPICS } from '../../support/known-devices'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { MqttPerson } from '../../support/mqtt-person'
import { reading } from '../../support/readings'
import { skipWithout } from '../../support/skipping'
import { known, type ToldResult } from './desk-bench'

for (const [version, protocol] of [
  ['5', 5],
  ['3.1.1', 4],
] as const) {
  describe(`commands by a real Mosquitto with MQTT ${version}`, () => {
    const plug = known('plug')
    const switched: string[] = []
    let server: Mosquitto
    let watched: WatchedLink
    let desk: CommandDesk
    let person: MqttPerson

    before(async function () {
      skipWithout(whyNoMosquitto(), this)
      server = await startMosquitto()
      const early = await MqttPerson.at(server.url, protocol)
      await early.say('kasa/plug/set/on', 'OFF', { retain: true })
      await early.leave()
      watched = new WatchedLink({ url: server.url, version, client_id: `kasa-desk-${protocol}` })
      desk = new CommandDesk({
        ...{
          broker: watched.link,
          topics: TOPICS,
          options: { silence_min: 60 },
          clock: systemClock,
          command_ms: 10_000,
        },
        find: (slug) => (slug === 'plug' ? plug : undefined),
        run: (_device_id, { name }) => {
          switched.push(name)
          return Promise.resolve(reading({ device_id: 'plug', on: name === 'on' }))
        },
        press: () => undefined,
        confirmed: () => undefined,
        report: () => undefined,
      })
      desk.start()
      await watched.link.start()
      await watched.becomes('open')
      person = await MqttPerson.at(server.url, protocol)
    })
    after(async () => {
      desk?.stop()
      await person?.leave()
      await watched?.link.stop()
      await server?.stop()
    })

    it('are answered on the topic of results', async () => {
      await person.say('kasa/plug/set', JSON.stringify({ on: true, correlation: 'evening' }))
      const { payload, retain } = await person.next('kasa/plug/result')
      const result = JSON.parse(payload) as ToldResult
      assert.deepEqual([result.ok, result.correlation, result.state?.on, retain], [true, 'evening', true, false])
    })

    it('that the broker had kept were ignored', () => {
      assert.deepEqual(switched, ['on'])
      assert.equal(desk.status().retained, 1)
    })

    if (protocol === 5) {
      it('are answered where the sender waits, with its correlation data', async () => {
        await person.say('kasa/plug/set/led', 'maybe', { response_topic: 'panel/1/answers', correlation: 'r-1' })
        const { payload, correlation } = await person.next('panel/1/answers')
        const { ok, error } = JSON.parse(payload) as ToldResult
        assert.deepEqual([ok, error?.field, correlation], [false, 'led', 'r-1'])
      })

      it('with a response topic of ours are answered on the topic of results alone', async () => {
        await person.say('kasa/plug/set/led', 'never', { response_topic: 'kasa/plug/set/on' })
        await person.say('kasa/plug/set', '{"on":false,"correlation":"last"}')
        for (;;) {
          const { payload } = await person.next('kasa/plug/result')
          if ((JSON.parse(payload) as ToldResult).correlation === 'last') break
        }
        const forged = person.heard.filter(({ topic }) => topic === 'kasa/plug/set/on')
        assert.deepEqual(
          forged.map(({ retain }) => retain),
          [true],
        )
      })
    }
  })
}
