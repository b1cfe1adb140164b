import { loginDeviceByIp } from 'tp-link-tapo-connect'
import { Driver, type Contender, type PollTask } from '../poll/contender'
import { ACCOUNT } from './account'

type Device = Awaited<ReturnType<typeof loginDeviceByIp>>

/** The peer. It asks one thing at a time: `energy` takes a second request. */
export class TapoConnect implements Contender {
  private readonly devices: Device[] = []
  private driver: Driver | undefined

  constructor(private readonly wants: 'state' | 'energy') {}

  async start(task: PollTask): Promise<void> {
    for (const host of task.hosts) {
      // What it takes for an address goes into a URL as it is, so that a port may follow.
      this.devices.push(await loginDeviceByIp(ACCOUNT.username, ACCOUNT.password, `${host}:${task.port}`))
    }
    this.driver = new Driver(task, (index, done) => {
      // A rejection ends the process, and with it the run: a contender that fails has no figures.
      void this.poll(this.devices[index] as Device).then(done)
    })
    this.driver.start()
  }

  completed(): number {
    return this.driver?.completed() ?? 0
  }

  stop(): void {
    this.driver?.stop()
  }

  private async poll(device: Device): Promise<void> {
    await device.getDeviceInfo()
    if (this.wants === 'energy') await device.getEnergyUsage()
  }
}
