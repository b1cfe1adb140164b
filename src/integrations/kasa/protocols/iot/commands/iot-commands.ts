import { ResponseError } from 'tplink-smarthome-api'
import { unsupportedCommand, type Command } from '../../../../../domain/command'
import { MonitorError, toMonitorError } from '../../../../../domain/errors'
import type { Reading } from '../../../../../domain/reading'
import {
  checkAbility,
  type CommandPlan,
  type CommandProtocol,
  type Seen,
  type Send,
} from '../../../commands/command-plan'
import { promised } from '../../../commands/promised'
import { numberOf, parseObject } from '../../../json'
import type { DeviceOutcome, IotDevice } from '../iot-device'
import type { IotReader } from '../iot-reader'
import { isNotSupported } from '../iot-reply'
import { featuresOf, isLight, modelOf, outletFeaturesOf } from '../sysinfo'
import type { IotTarget } from './iot-target'
import { bulbOf, plugOf } from './library-device'
import { planForLight } from './light-commands'
import { planForPlug } from './plug-commands'

/** Commands in the words of the older protocol. */
export class IotCommands implements CommandProtocol<IotTarget> {
  constructor(
    private readonly host: string,
    private readonly device: IotDevice,
    private readonly reader: IotReader,
  ) {}

  async lookAt(device_id: string | undefined): Promise<Seen<IotTarget>> {
    const outcome = await promised<DeviceOutcome>((done) => this.reader.readIdentity(true, done))
    const target = this.targetIn(outcome, device_id)
    return { target, reading: readingIn(outcome, target.device_id) }
  }

  async lookAgain({ device_id, outlet }: IotTarget): Promise<Seen<IotTarget>> {
    const outcome = await promised<DeviceOutcome>((done) => this.reader.readDevice(true, done))
    const target = this.targetIn(outcome, device_id)
    if (!outlet) return { target, reading: readingIn(outcome, device_id) }
    return { target, reading: await promised<Reading>((done) => this.reader.readOutlet(device_id, true, done)) }
  }

  plan(command: Command, target: IotTarget, send: Send): CommandPlan<IotTarget> {
    checkAbility(command.name, target)
    const { kind, sysinfo, outlet } = target
    if (isLight(kind)) return planForLight(command, target, bulbOf(sysinfo, kind === 'light-strip', send))
    return planForPlug(command, target, plugOf(sysinfo, outlet, send), (config) => {
      this.device.learnMotionSensor(config)
    })
  }

  meaningOf(thrown: unknown, command: Command, device_id: string | undefined): MonitorError {
    if (!(thrown instanceof ResponseError)) return toMonitorError(thrown, 'REPLY_INVALID')
    if (isNotSupported(codeIn(thrown.response))) {
      return unsupportedCommand(command.name, this.device.model ?? 'the device', device_id ?? this.host)
    }
    // The library's text repeats the whole reply, location included.
    return new MonitorError('DEVICE_REFUSED', `${this.host}: the device refused '${command.name}'`, {
      details: { host: this.host },
    })
  }

  private targetIn({ sysinfo, readings }: DeviceOutcome, device_id: string | undefined): IotTarget {
    const { device_id: own_id = '', kind = 'other' } = this.device
    const model = modelOf(sysinfo)
    if (device_id === undefined || device_id === own_id) {
      const own = { device_id: own_id, kind, features: featuresOf(sysinfo, kind), on: readings[0]?.on }
      return { ...own, model, isPart: false, sysinfo, outlet: undefined }
    }
    const outlet = this.device.outlet(device_id)?.state
    if (!outlet) throw this.reader.unknown(device_id)
    const part = { device_id, kind: 'outlet', features: outletFeaturesOf(sysinfo), on: outlet.on } as const
    return { ...part, model, isPart: true, sysinfo, outlet }
  }
}

function readingIn({ readings }: DeviceOutcome, device_id: string): Reading | undefined {
  return readings.find((reading) => reading.device_id === device_id)
}

function codeIn(response: string): number | undefined {
  try {
    return numberOf(parseObject(response).err_code)
  } catch {
    return undefined
  }
}
