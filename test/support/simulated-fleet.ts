import { after, afterEach, before } from 'mocha'
import { Simulator } from '../../src/simulator'
import type { SimulatedDevice } from '../../src/simulator'
import type { FlowNode } from './node-red'

/** Simulated devices for a suite, on a port that no other suite uses. */
export function simulatorFor(setUp: (simulator: Simulator) => void): () => Simulator {
  const simulator = new Simulator({ port: 0 })
  before(async () => {
    setUp(simulator)
    await simulator.start()
  })
  afterEach(() => {
    for (const device of simulator.devices) device.behave()
  })
  after(() => simulator.stop())
  return () => simulator
}

/** A `kasa-fleet` that polls fast, and waits no longer than a busy machine may stand still. */
export function fleetNode(simulator: Simulator, hosts: readonly SimulatedDevice[], settings: object = {}): FlowNode {
  return {
    id: 'fleet',
    type: 'kasa-fleet',
    name: '',
    hosts: hosts.map(({ host }) => ({ host })),
    port: simulator.port,
    fastest_s: 0.5,
    slowest_s: 1,
    connect_s: 1,
    reply_s: 1,
    command_s: 3,
    discovery_s: 1,
    ...settings,
  }
}
