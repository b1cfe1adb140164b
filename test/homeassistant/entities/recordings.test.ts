import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { PollOutcome, Session } from '../../../src/integrations/integration'
import type { Announcement } from '../../../src/homeassistant/discovery/announcement'
import { checkDiscovery } from '../../../src/homeassistant/discovery/check-discovery'
import { deviceBlockOf } from '../../../src/homeassistant/discovery/device-block'
import { deviceMessage, singleMessage } from '../../../src/homeassistant/discovery/messages'
import { componentsOf, isOwnDevice } from '../../../src/homeassistant/entities/components'
import { KnownDevices, type DeviceEntry } from '../../../src/homeassistant/known-devices'
import { stateOf } from '../../support/state-of'
import { nodeIdOf } from '../../../src/homeassistant/topics'
import { Simulator, SIMULATED_ACCOUNT, type SimulatedDevice } from '../../../src/simulator'
import { credentialsOf, kasaSession, pollOnce } from '../../support/kasa'
import { context, TOPICS } from '../../support/known-devices'
import { dumpOf, hasRecordings, namesIn, WITHOUT_RECORDINGS } from '../../support/recordings'

/** A busy machine may need it; nothing waits for it otherwise. */
const PATIENCE_MS = 20_000
const FOLDERS = { iot: 'xor', smart: 'klap-2', 'smart-child': 'klap-2' } as const
const CONTEXT = context({ price: 0.3, state_qos: '1', entity_ids: 'by_device_id', merge_native: 'yes' })

describe('every recorded device, in Home Assistant', function () {
  this.timeout(PATIENCE_MS)
  if (!hasRecordings) {
    it('is not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  const simulator = new Simulator({ port: 0 })
  const recordings = (['iot', 'smart', 'smart-child'] as const).flatMap((folder) => {
    return namesIn(folder).map((name) => {
      return { name, device: simulator.addDump(dumpOf(folder, name), { speaks: FOLDERS[folder] }) }
    })
  })
  let session: Session
  before(() => simulator.start())
  before(() => {
    const timeouts = { connect_ms: PATIENCE_MS, reply_ms: PATIENCE_MS, command_ms: PATIENCE_MS, discovery_ms: 300 }
    session = kasaSession({ timeouts, credentials: credentialsOf(SIMULATED_ACCOUNT) })
  })
  after(() => session.stop())
  after(() => simulator.stop())

  for (const { name, device } of recordings) {
    it(`${name} is announced without a fault, and its entities read what its state has`, async () => {
      const known = await know(session, device, simulator.port)
      const entries = [...known.all()].filter(isOwnDevice)
      assert.ok(entries.length > 0)
      for (const entry of entries) check(entry)
    })
  }
})

/** All that it says of itself, as a fleet would learn it. */
async function know(session: Session, { host }: SimulatedDevice, port: number): Promise<KnownDevices> {
  const known = new KnownDevices()
  const connection = session.connect({ host, port })
  const take = ({ readings, details = [] }: PollOutcome) => {
    for (const reading of readings) known.takeReading(reading, 0)
    for (const each of details) known.takeDetails(each)
  }
  const devices = await connection.describe()
  for (const device of devices) known.takeDevice(device)
  for (const { device_id, parent_id } of devices) {
    take(await pollOnce(connection, parent_id === undefined ? undefined : device_id))
  }
  return known
}

function check(entry: DeviceEntry): void {
  const components = componentsOf(entry, CONTEXT)
  const announcement: Announcement = {
    node_id: nodeIdOf(TOPICS.base, entry.device_id),
    device: deviceBlockOf(entry, CONTEXT),
    components,
    availability_topics: [TOPICS.bridge_state, TOPICS.availability(entry.device_id)],
  }
  const whole = deviceMessage(announcement, new Map(), CONTEXT)
  const parts = Object.entries(components).map(([id, part]) => singleMessage(announcement, id, part, CONTEXT))
  for (const { topic, payload } of [whole, ...parts]) assert.deepEqual(checkDiscovery(topic, payload), [], topic)

  const states = new Map([entry, ...entry.outlets].map((each) => [TOPICS.state(each.device_id), stateOf(each)]))
  for (const { state_topic, value_template } of Object.values(components)) {
    const state = states.get(String(state_topic))
    for (const [, key = ''] of String(value_template).matchAll(/value_json\.(\w+)/g)) {
      assert.ok(state === undefined || Object.hasOwn(state, key), key)
    }
  }
  const switches = ['light', 'state'].filter((id) => id in components)
  const isSwitched = entry.device?.features.includes('relay') && entry.device.kind !== 'strip'
  assert.equal(switches.length, isSwitched ? 1 : 0)
}
