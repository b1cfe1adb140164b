import type { Answerer, Json, Question } from './answer'
import { isObject, UNKNOWN_METHOD, UNKNOWN_MODULE } from './answer'
import type { Behaviours } from './behaviour'
import type { IotModel } from './device-model'
import { withIdentity } from './models/dump'
import type { Outlet } from './outlet'
import type { Overrides } from './overrides'

/** What a device with the older commands answers: what its model says, unless it is overridden. */
export class IotAnswers implements Answerer {
  constructor(
    private readonly model: IotModel,
    private readonly behaviours: Behaviours,
    private readonly overrides: Overrides,
  ) {}

  outletsOf(ids: readonly unknown[] | undefined): readonly Outlet[] {
    if (!ids) return this.model.outlets
    const { device_id, outlets } = this.model
    const full = new Set(ids.map((id) => (typeof id === 'string' ? fullId(device_id, id) : id)))
    return outlets.filter(({ id }) => full.has(fullId(device_id, id)))
  }

  moduleReply(module: string): Json | undefined {
    if (this.overrides.concern(module)) return undefined
    return (
      this.model.moduleReplies?.get(module) ?? (Object.hasOwn(this.model.modules, module) ? undefined : UNKNOWN_MODULE)
    )
  }

  methodReply(question: Question, outlets: readonly Outlet[]): unknown {
    const { module, method, parameters } = question
    const override = this.overrides.reply(module, method)
    if (override !== undefined) return override
    const methods = this.model.modules[module]
    if (!methods || !Object.hasOwn(methods, method)) return UNKNOWN_METHOD
    const reply = methods[method]?.(parameters, outlets)
    return method === 'get_sysinfo' && isObject(reply) ? this.identified(reply) : reply
  }

  private identified(sysinfo: Json): Json {
    const other = this.behaviours.get('other-device')
    return other ? withIdentity(sysinfo, { device_id: other.device_id, mac: other.mac }) : sysinfo
  }
}

/** Requests name an outlet by its whole id or by the end of it. */
function fullId(device_id: string, outlet_id: string): string {
  return outlet_id.startsWith(device_id) ? outlet_id : device_id + outlet_id
}
