import { it } from 'mocha'
import assert from 'node:assert/strict'
import type { Reading } from '../../../src/domain/reading'
import type { SimulatedDevice } from '../../../src/simulator'
import { inEachNodeRed, type FlowNode, type Message } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const command = (settings: object = {}): FlowNode => ({
  id: 'command',
  type: 'kasa-command',
  fleet: 'fleet',
  device: '',
  wires: [['confirmed']],
  ...settings,
})
const poll: FlowNode = { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['readings'], ['events']] }

inEachNodeRed('kasa-command', (nodeRed, aboutUs) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: 'Kettle', power: 42 })
    home.addDimmer({ alias: 'Ceiling', brightness_pct: 80 })
    home.addLightStrip({ alias: 'Shelf' })
    home.addStrip({ alias: 'Desk', outlets: [{ alias: 'Screen' }, { alias: 'Printer' }] })
  })
  const plug = () => simulator().devices[0] as SimulatedDevice
  const dimmer = () => simulator().devices[1] as SimulatedDevice
  const shelf = () => simulator().devices[2] as SimulatedDevice
  const strip = () => simulator().devices[3] as SimulatedDevice

  /** Deploys with a poll node, and waits until every device has said who it is. */
  async function deploy(node: FlowNode, hosts: readonly SimulatedDevice[]): Promise<void> {
    await nodeRed().deploy([fleetNode(simulator(), hosts), node, poll])
    await nodeRed().status('poll', /^(\d+) of \1 online$/)
  }

  async function confirmed(message: Message): Promise<Reading> {
    await nodeRed().send('command', message)
    const answer = await nodeRed().receive('confirmed')
    assert.equal(answer.topic, (answer.payload as Reading).device_id)
    return answer.payload as Reading
  }

  it('switches the device that the topic names, and answers with the state that it confirmed', async () => {
    await deploy(command(), [plug()])
    assert.equal((await confirmed({ topic: 'Kettle', payload: 'off' })).on, false)
    assert.equal(plug().on, false)
    assert.equal((await confirmed({ topic: plug().device_id, payload: true })).on, true)
    assert.equal((await confirmed({ payload: { command: 'toggle', device_id: 'Kettle' } })).on, false)
    assert.equal((await confirmed({ topic: 'Kettle', payload: 'on' })).on, true)
    assert.equal(plug().on, true)
  })

  aboutUs(() => {
    it('does what the dialog says, whatever the payload is', async () => {
      await deploy(command({ device: 'Ceiling', command: 'brightness', brightness_pct: 35 }), [dimmer()])
      assert.equal((await confirmed({ topic: 'Kettle', payload: 'off' })).brightness_pct, 35)
    })

    it('runs the effect that the dialog or the message names', async () => {
      const effects = () => shelf().requests.recent.filter(({ text }) => text.includes('set_lighting_effect'))
      await deploy(command({ device: 'Shelf', command: 'effect', effect: 'Aurora' }), [shelf()])
      assert.equal((await confirmed({ payload: 'on' })).on, true)
      assert.match(effects().at(-1)?.text ?? '', /"name":"Aurora","enable":1/)
      await deploy(command(), [shelf()])
      await confirmed({ topic: 'Shelf', payload: { command: 'effect', effect: 'off' } })
      assert.match(effects().at(-1)?.text ?? '', /"name":"Aurora".*"enable":0/)
    })

    it('switches one outlet of a strip', async () => {
      await deploy(command({ device: 'Printer' }), [strip()])
      assert.equal((await confirmed({ payload: false })).on, false)
      assert.deepEqual(
        strip()
          .outlets.slice(0, 2)
          .map(({ on }) => on),
        [true, false],
      )
    })
  })

  for (const [title, message, named] of [
    ['a brightness of 300', { payload: { command: 'brightness', brightness_pct: 300 } }, /brightness_pct: 300/],
    ['an unknown command', { payload: 'explode' }, /command: "explode"/],
    ['a payload that is no command', { payload: 5 }, /payload: 5/],
    ['a device that is not in the fleet', { topic: 'Toaster', payload: 'on' }, /Toaster/],
    ['a device whose name is a key of every object', { topic: 'constructor', payload: 'on' }, /constructor/],
    ['a command that is a key of every object', { payload: { command: '__proto__' } }, /command/],
  ] as const) {
    it(`refuses ${title} by name, and sends nothing`, async () => {
      await deploy(command(), [dimmer()])
      dimmer().requests.clear()
      await assert.rejects(nodeRed().send('command', { topic: 'Ceiling', ...message }), named)
      assert.deepEqual(dimmer().requests.commands, [])
      assert.equal((await nodeRed().status('command', named)).fill, 'red')
    })
  }

  aboutUs(() => {
    it('asks for a device where neither the dialog nor the message names one', async () => {
      await deploy(command(), [plug()])
      await assert.rejects(nodeRed().send('command', { payload: 'on' }), /topic: undefined is not allowed/)
    })

    it('refuses what the device has no part for', async () => {
      await deploy(command(), [plug()])
      const message = { topic: 'Kettle', payload: { command: 'brightness', brightness_pct: 10 } }
      await assert.rejects(nodeRed().send('command', message), { code: 'COMMAND_UNSUPPORTED' })
    })

    it('says that a command was not confirmed', async () => {
      await deploy(command(), [plug()])
      plug().behave({ kind: 'ignore-commands' })
      await assert.rejects(nodeRed().send('command', { topic: 'Kettle', payload: 'off' }), {
        code: 'COMMAND_NOT_CONFIRMED',
      })
    })

    it('gives up on a device that does not answer', async () => {
      await deploy(command(), [plug()])
      plug().behave({ kind: 'silence' })
      await assert.rejects(nodeRed().send('command', { topic: 'Kettle', payload: 'off' }))
    })
  })

  it('says what is wrong in its settings, and answers every message with that', async () => {
    await nodeRed().deploy([fleetNode(simulator(), [plug()]), command({ command: 'brightness', brightness_pct: 300 })])
    await nodeRed().status('command', /brightness_pct: 300/)
    await assert.rejects(nodeRed().send('command', { topic: 'Kettle' }), /brightness_pct: 300/)
  })

  it('reaches a Catch node with its errors', async () => {
    const caught = { id: 'catch', type: 'catch', scope: null, uncaught: false, wires: [['caught']] }
    await nodeRed().deploy([fleetNode(simulator(), [plug()]), command(), caught])
    await assert.rejects(nodeRed().send('command', { topic: 'Kettle', payload: 'explode' }))
    const { error } = (await nodeRed().receive('caught')) as { error: { message: string; code: string } }
    assert.match(error.message, /explode/)
    assert.equal(error.code, 'INPUT_INVALID')
  })
})
