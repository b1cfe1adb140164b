import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { availableWhile } from '../../../src/homeassistant/available-while'
import { deviceMessage, singleMessage } from '../../../src/homeassistant/discovery/messages'
import type { Component, Components } from '../../../src/homeassistant/entities/component'
import { announcementOf, CONTEXT, OPTIONS, sensorOf, TOPICS } from './announcements'

const { version, bugs } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; bugs: { url: string } }
const ORIGIN = { name: 'Kasa Monitor for Node-RED', sw_version: version, support_url: bugs.url }
const AVAILABILITY = {
  availability: availableWhile('kasa/bridge/state', 'kasa/A/availability'),
  availability_mode: 'all',
}
const DEVICE = { identifiers: ['kasa_A'], connections: [], name: 'device A' }

describe('the messages of an announcement', () => {
  it('are one for a device, with all that its entities have in common at the root', () => {
    const gone = new Map([['old', 'switch'] as const])
    const { topic, payload } = deviceMessage(announcementOf('A', ['power']), gone, CONTEXT)
    assert.equal(topic, 'homeassistant/device/kasa/kasa_A/config')
    assert.deepEqual(JSON.parse(payload), {
      device: DEVICE,
      origin: ORIGIN,
      ...AVAILABILITY,
      qos: 0,
      components: { power: { qos: 0, ...sensorOf('A', 'power') }, old: { platform: 'switch' } },
    })
  })

  it('or one for each entity, with all of that inside', () => {
    const component = sensorOf('A', 'power')
    const { topic, payload } = singleMessage(announcementOf('A', []), 'power', component, CONTEXT)
    assert.equal(topic, 'homeassistant/sensor/kasa/kasa_A_power/config')
    const { platform: _, ...rest } = component
    assert.deepEqual(JSON.parse(payload), { ...AVAILABILITY, qos: 0, ...rest, device: DEVICE, origin: ORIGIN })
  })

  it('leave an entity what it says of itself', () => {
    const components: Components = {
      problem: { ...sensorOf('A', 'problem'), qos: 1, availability: availableWhile(TOPICS.bridge_state) },
    }
    const announcement = announcementOf('A', [], { components })
    const whole = JSON.parse(deviceMessage(announcement, new Map(), CONTEXT).payload) as { components: Components }
    assert.deepEqual(whole.components, components)
    const { payload } = singleMessage(announcement, 'problem', components.problem!, CONTEXT)
    const single = JSON.parse(payload) as Components
    assert.equal(single.qos, 1)
    assert.deepEqual(single.availability, availableWhile(TOPICS.bridge_state))
  })

  it('say with what certainty states are listened to', () => {
    const context = { topics: TOPICS, options: { ...OPTIONS, state_qos: '1' as const } }
    const { payload } = deviceMessage(announcementOf('A', ['power']), new Map(), context)
    const { qos, components } = JSON.parse(payload) as { qos: number; components: Components }
    assert.deepEqual([qos, components.power?.qos], [1, 1])
  })

  it('never say that a trigger is away', () => {
    const trigger: Component = {
      platform: 'device_automation',
      automation_type: 'trigger',
      topic: 'kasa/A/alert',
      type: 'raised',
      subtype: 'x',
    }
    const { payload } = singleMessage(announcementOf('A', []), 'raised', trigger, CONTEXT)
    assert.deepEqual(Object.keys(JSON.parse(payload) as object).toSorted(), [
      ...['automation_type', 'device', 'origin', 'qos', 'subtype', 'topic', 'type'],
    ])
  })
})
