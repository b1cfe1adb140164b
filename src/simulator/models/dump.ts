import { invalid } from '../../domain/errors'
import { isObject, type Json, type Methods, type Modules } from '../answer'
import type { Identity, IotModel } from '../device-model'
import type { DeviceOptions } from './options'

/** Replies recorded from a real device, `module -> method -> reply`: said again, whatever is asked of it. */
export class DumpModel implements IotModel {
  readonly protocol = 'iot'
  readonly outlets = []
  readonly modules: Modules
  readonly moduleReplies: ReadonlyMap<string, Json>
  private readonly sysinfo: Json

  /**
   * @param dump the parsed file
   * @param options what of the recording to replace: dumps have their ids blanked
   * @throws MonitorError `INPUT_INVALID` where it holds no `system.get_sysinfo`
   */
  constructor(dump: unknown, options: Pick<DeviceOptions, 'alias'> & Partial<Identity>) {
    const recorded = isObject(dump) && isObject(dump.system) ? dump.system.get_sysinfo : undefined
    if (!isObject(dump) || !isObject(recorded)) {
      throw invalid(
        'INPUT_INVALID',
        'dump',
        dump,
        'replies with system.get_sysinfo, or with get_device_info, among them',
      )
    }
    this.sysinfo = withIdentity(recorded, options)
    const modules = Object.entries(dump).filter((entry): entry is [string, Json] => isObject(entry[1]))
    this.moduleReplies = new Map(modules.filter(([, replies]) => typeof replies.err_code === 'number'))
    this.modules = Object.fromEntries(modules.map(([module, replies]) => [module, this.methods(module, replies)]))
  }

  get device_id(): string {
    return text(this.sysinfo.deviceId)
  }

  get mac(): string {
    return text(this.sysinfo.mac ?? this.sysinfo.mic_mac)
  }

  get device_type(): string {
    return text(this.sysinfo.type ?? this.sysinfo.mic_type)
  }

  get model(): string {
    return text(this.sysinfo.model)
  }

  get alias(): string {
    return text(this.sysinfo.alias)
  }

  private methods(module: string, replies: Json): Methods {
    return Object.fromEntries(
      Object.entries(replies).map(([method, reply]) => [
        method,
        () => (module === 'system' && method === 'get_sysinfo' ? this.sysinfo : reply),
      ]),
    )
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A `get_sysinfo` reply that names another device. */
export function withIdentity(sysinfo: Json, identity: { alias?: string } & Partial<Identity>): Json {
  const { alias, device_id, mac } = identity
  return {
    ...sysinfo,
    ...(alias === undefined ? {} : { alias }),
    ...(device_id === undefined ? {} : { deviceId: device_id }),
    ...(mac === undefined ? {} : 'mic_mac' in sysinfo ? { mic_mac: mac.replaceAll(':', '') } : { mac }),
  }
}
