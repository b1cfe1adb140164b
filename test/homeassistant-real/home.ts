import { join } from 'node:path'
import type { SimulatedDevice } from '../../src/simulator'
import { type EntityState, HomeAssistant } from '../support/home-assistant'
import { type Mosquitto, startMosquitto } from '../support/mosquitto'
import { PROJECT } from '../support/node-red'
import { NodeRedProcess } from '../support/node-red-process'
import { soon } from '../support/soon'
import { flow, Freezer, household } from './household'

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
  readonly freezer = new Freezer()
  readonly simulator = household(this.freezer)
  broker!: Mosquitto
  assistant!: HomeAssistant
  nodeRed!: NodeRedProcess

  async start(): Promise<void> {
    this.broker = await startMosquitto()
    const { port } = this.broker
    this.nodeRed = new NodeRedProcess(NODE_RED, { packs: [PROJECT] })
    const { KASA_MONITOR_HOME_ASSISTANT: python = 'python3' } = process.env
    this.assistant = new HomeAssistant(python)
    await Promise.all([this.assistant.start(port), this.simulator.start(), this.nodeRed.start()])
    await this.nodeRed.deploy(flow(this.simulator, port))
  }

  /** Also what has started of it. */
  async stop(): Promise<void> {
    await Promise.all([this.nodeRed?.stop(), this.assistant?.stop(), this.simulator.stop()])
    await this.broker?.stop()
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

  entity(entity_id: string): Promise<EntityState> {
    return this.assistant.request('GET', `states/${entity_id}`)
  }

  /** Waits until an entity is so. */
  becomes(entity_id: string, expected: string): Promise<void> {
    return soon(async () => {
      const { state } = await this.entity(entity_id)
      if (state !== expected) throw new Error(`${entity_id} is ${state}, not ${expected}`)
    })
  }
}
