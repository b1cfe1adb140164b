import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const outside = { kind: 'outside', key: 'voltage_v', low: 207, high: 253, margin: 2 } as const

describe('outside a band', () => {
  it('holds under the lower end and over the upper one', () => {
    const scene = new Scene(outside)
    const verdicts = [206.9, 207, 230, 253, 253.1].map((voltage_v, at_s) => scene.sample(at_s, { voltage_v }))
    assert.deepEqual(verdicts, ['yes', 'no', 'no', 'no', 'yes'])
  })

  it('once raised, holds until the value is the margin inside', () => {
    const scene = new Scene(outside)
    scene.raised = true
    const verdicts = [208.9, 209, 251, 251.1].map((voltage_v, at_s) => scene.sample(at_s, { voltage_v }))
    assert.deepEqual(verdicts, ['yes', 'no', 'no', 'yes'])
  })

  it('never comes and goes within the margin', () => {
    const volts = fc.oneof(
      fc.double({ min: 207, max: 208.99, noNaN: true }),
      fc.double({ min: 251.01, max: 253, noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(volts), fc.boolean(), (values, raised) => {
        const scene = new Scene(outside)
        scene.raised = raised
        for (const [at_s, voltage_v] of values.entries()) {
          assert.equal(scene.sample(at_s, { voltage_v }), raised ? 'yes' : 'no')
        }
      }),
    )
  })

  it('is unknown of a device that is offline or has told no number', () => {
    const scene = new Scene(outside)
    assert.equal(scene.sample(1, { voltage_v: 'high' }), 'unknown')
    scene.sample(2, { voltage_v: 260 })
    assert.equal(scene.event(3, 'offline'), 'unknown')
  })

  it('tells the end that was passed', () => {
    const scene = new Scene(outside)
    scene.sample(1, { voltage_v: 200 })
    const facts = { low: 207, high: 253 }
    assert.deepEqual(scene.evidence, { key: 'voltage_v', value: 200, unit: 'V', threshold: 207, facts })
    scene.sample(2, { voltage_v: 260 })
    assert.equal(scene.evidence.threshold, 253)
  })
})
