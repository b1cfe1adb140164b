import { appliance, APPLIANCE_NAMES, Simulator } from '../../src/simulator'

// Simulated plugs on loopback, in a process of their own: `run-devices COUNT`. Ends with its parent.

export interface SimulatedHost {
  readonly host: string
  readonly port: number
  readonly device_id: string
  readonly alias: string
  readonly model: string
}

async function main(): Promise<void> {
  const simulator = new Simulator({ port: 0 })
  for (let index = 0; index < Number(process.argv[2]); index++) {
    const name = APPLIANCE_NAMES[index % APPLIANCE_NAMES.length] as (typeof APPLIANCE_NAMES)[number]
    simulator.addPlug({ model: 'KP115(EU)', alias: `${name} ${index}`, power: appliance(name, index) })
  }
  await simulator.start()
  const { port } = simulator
  const hosts = simulator.devices.map(({ host, device_id, alias, model }) => ({ host, port, device_id, alias, model }))
  process.send?.(hosts)
}

process.on('disconnect', () => process.exit(0))
void main()
