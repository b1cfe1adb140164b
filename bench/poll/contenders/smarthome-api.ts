import { Client, type Bulb, type Plug } from 'tplink-smarthome-api'
import { Driver, POLL_QUERY, type Contender, type PollTask } from '../contender'

/** The peer: `tplink-smarthome-api`, over TCP (its default) or over a shared UDP socket per device (its fastest way). */
export class SmarthomeApi implements Contender {
  private readonly client: Client
  private devices: (Plug | Bulb)[] = []
  private driver: Driver | undefined

  constructor(transport: 'tcp' | 'udp') {
    this.client = new Client({ defaultSendOptions: { transport, useSharedSocket: transport === 'udp' } })
  }

  async start(task: PollTask): Promise<void> {
    for (const host of task.hosts) this.devices.push(await this.client.getDevice({ host, port: task.port }))
    this.driver = new Driver(task, (index, done) => {
      const device = this.devices[index] as Plug | Bulb
      // A rejection ends the process, and with it the run: a contender that fails has no figures.
      void device.sendCommand({ ...POLL_QUERY }).then(done)
    })
    this.driver.start()
  }

  completed(): number {
    return this.driver?.completed() ?? 0
  }

  stop(): void {
    this.driver?.stop()
    for (const device of this.devices) device.closeConnection()
    this.devices = []
  }
}
