import assert from 'node:assert/strict'
import { beforeEach, it } from 'mocha'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { assertNothingLeft, resources } from '../../support/resources'

const interval: FlowNode = { id: 'interval', type: 'kasa-interval', minimum_s: 0.5, maximum_s: 1, wires: [['tick']] }

inEachNodeRed('kasa-interval', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))

  it('ticks when the flow starts, with the time', async () => {
    await nodeRed.deploy([interval])
    const { topic, payload } = await nodeRed.receive('tick')
    assert.equal(topic, '')
    assert.equal(typeof payload, 'number')
  })

  it('keeps a circle of tick and measurement going', async () => {
    const measure: FlowNode = { id: 'measure', type: 'function', func: 'msg.payload = 42; return msg', outputs: 1 }
    await nodeRed.deploy([
      { ...interval, wires: [['measure']] },
      { ...measure, wires: [['interval', 'value']] },
    ])
    for (let turn = 0; turn < 3; turn++) assert.equal((await nodeRed.receive('value')).payload, 42)
    await nodeRed.status('interval', /^next in \d+\.\d s$/)
  })

  it('ticks with the topic of the value, and only when asked to at the start', async () => {
    await nodeRed.deploy([{ ...interval, tick_at_start: false }])
    await nodeRed.send('interval', { topic: 'tank', payload: 12 })
    assert.equal((await nodeRed.receive('tick')).topic, 'tank')
  })

  const values: [string, unknown][] = [
    ['a number', 5],
    ['a number as text', '5.5'],
    ['a switch position', true],
    ['a reading', { power_w: 5, on: true }],
    ['a reading without power', { on: false }],
  ]
  for (const [title, payload] of values) {
    it(`takes ${title}`, async () => {
      await nodeRed.deploy([interval])
      await nodeRed.send('interval', { payload })
      await nodeRed.status('interval', /^next in/)
    })
  }

  for (const payload of ['warm', '', {}, null, undefined, []]) {
    it(`refuses ${JSON.stringify(payload)}, naming where it stands`, async () => {
      await nodeRed.deploy([{ ...interval, property: 'level' }])
      const refusal = { code: 'INPUT_INVALID', message: /^level: .* expected a number/ }
      await assert.rejects(nodeRed.send('interval', { level: payload }), refusal)
    })
  }

  it('refuses a fastest that is slower than the slowest', async () => {
    await nodeRed.deploy([{ ...interval, minimum_s: 60, maximum_s: 30 }])
    await assert.rejects(nodeRed.send('interval', { payload: 1 }), {
      message: /^minimum_s: 60 .* at most maximum_s, 30 s/,
    })
  })

  it('refuses an interval of 0', async () => {
    await nodeRed.deploy([{ ...interval, minimum_s: 0 }])
    await assert.rejects(nodeRed.send('interval', { payload: 1 }), { message: /^minimum_s: 0 .* from 0\.5 to 3600 s$/ })
  })

  it('ticks no more after it is taken away', async () => {
    await nodeRed.deploy([])
    const before = resources()
    await nodeRed.deploy([interval])
    for (const topic of ['a', 'b', 'c']) await nodeRed.send('interval', { topic, payload: 1 })
    await nodeRed.deploy([])
    await assertNothingLeft(before)
  })
})
