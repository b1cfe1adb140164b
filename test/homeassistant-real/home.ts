import { join } from 'node:path'
import type { SimulatedDevice } from '../../src/simulator'
import { type EntityState, HomeAssistant } from '../support/home-assistant'
import { startMosquitto } from '../support/mosquitto'
import { PROJECT } from '../support/node-red'
import { NodeRedProcess } from '../support/node-red-process'
import type { ServerProcess } from '../support/server-process'
import { soon } from '../support/soon'
import { flow, household } from './household'

const NODE_RED = { title: '4.1', node: process.execPath, red: join(PROJECT, 'node_modules', 'node-red', 'red.js') }

/** What Home Assistant's registry holds of an entity. */
export interface RegistryEntry {
  readonly entity_id: string
  readonly unique_id: string
  readonly device_id: string
  readonly platform: string
  readonly original_name: string | null
  readonly original_device_class: string | null
  readonly entity_category: string | null
  readonly disabled_by: string | null
  readonly capabilities: Readonly<Record<string, unknown>> | null
}

export interface RegistryDevice {
  readonly id: string
  readonly name: string
  readonly identifiers: readonly (readonly [string, string])[]
  readonly connections: readonly (readonly [string, string])[]
  readonly manufacturer: string | null
  readonly model: string | null
  readonly sw_version: string | null
  readonly hw_version: string | null
  readonly via_device_id: string | null
}

/** A household of simulated devices, a Node-RED that polls them, a Mosquitto that keeps nothing, and Home Assistant. */
export class Home {
  readonly simulator = household()
  private servers!: { broker: ServerProcess; assistant: HomeAssistant; nodeRed: NodeRedProcess }

  get broker(): ServerProcess {
    return this.servers.broker
  }

  get assistant(): HomeAssistant {
    return this.servers.assistant
  }

  get nodeRed(): NodeRedProcess {
    return this.servers.nodeRed
  }

  async start(): Promise<void> {
    const broker = await startMosquitto()
    const nodeRed = new NodeRedProcess(NODE_RED, { packs: [PROJECT] })
    const { KASA_MONITOR_HOME_ASSISTANT: python = 'python3' } = process.env
    const [assistant] = await Promise.all([
      HomeAssistant.start(python, broker.port),
      this.simulator.start(),
      nodeRed.start(),
    ])
    this.servers = { broker, assistant, nodeRed }
    await nodeRed.deploy(flow(this.simulator, broker.port))
  }

  async stop(): Promise<void> {
    const { broker, assistant, nodeRed } = this.servers
    await Promise.all([nodeRed.stop(), assistant.stop(), this.simulator.stop()])
    await broker.stop()
  }

  device(alias: string): SimulatedDevice {
    const device = this.simulator.devices.find((candidate) => candidate.alias === alias)
    if (!device) throw new Error(`no simulated device is called ${alias}`)
    return device
  }

  /** By their names there. */
  async pages(): Promise<Map<string, RegistryDevice>> {
    const devices = await this.assistant.call<RegistryDevice[]>('config/device_registry/list')
    const ours = devices.filter(({ identifiers }) => identifiers.some(([domain]) => domain === 'mqtt'))
    return new Map(ours.map((device) => [device.name, device]))
  }

  async entries(): Promise<RegistryEntry[]> {
    const listed = await this.assistant.call<RegistryEntry[]>('config/entity_registry/list')
    const entity_ids = listed.filter(({ platform }) => platform === 'mqtt').map(({ entity_id }) => entity_id)
    type Entries = Record<string, RegistryEntry>
    return Object.values(await this.assistant.call<Entries>('config/entity_registry/get_entries', { entity_ids }))
  }

  /** Entities of ours, as they are now. */
  async states(): Promise<EntityState[]> {
    const ids = new Set((await this.entries()).map(({ entity_id }) => entity_id))
    return (await this.assistant.states()).filter(({ entity_id }) => ids.has(entity_id))
  }

  /** Waits until an entity is so. */
  becomes(entity_id: string, expected: string): Promise<void> {
    return soon(async () => {
      const state = await this.assistant.state(entity_id)
      if (state !== expected) throw new Error(`${entity_id} is ${state}, not ${expected}`)
    })
  }
}
