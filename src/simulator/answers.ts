import type { Answerer, Json, Question } from './answer'
import { isObject, OK, refusal, UNKNOWN_METHOD, UNKNOWN_MODULE } from './answer'
import type { Behaviours } from './behaviour'
import type { DeviceModel } from './device-model'
import { withIdentity } from './models/dump'
import type { Outlet } from './outlet'
import { isCommand, type RequestLog } from './request-log'

/** What a device answers: what its model says, unless a script or a behaviour has it otherwise. */
export class Answers implements Answerer {
  private readonly scripted = new Map<string, Map<string, unknown>>()

  constructor(
    private readonly model: DeviceModel,
    private readonly behaviours: Behaviours,
    private readonly requests: RequestLog,
  ) {}

  /** From now on this reply to one method, whatever it is asked; `undefined` ends that. */
  script(module: string, method: string, reply: unknown): void {
    const methods = this.scripted.get(module) ?? new Map<string, unknown>()
    if (reply === undefined) methods.delete(method)
    else methods.set(method, reply)
    if (methods.size > 0) this.scripted.set(module, methods)
    else this.scripted.delete(module)
  }

  outletsOf(ids: readonly unknown[] | undefined): readonly Outlet[] {
    if (!ids) return this.model.outlets
    const { device_id, outlets } = this.model
    const full = new Set(ids.map((id) => (typeof id === 'string' ? fullId(device_id, id) : id)))
    return outlets.filter(({ id }) => full.has(fullId(device_id, id)))
  }

  moduleReply(module: string): Json | undefined {
    if (this.scripted.has(module)) return undefined
    return (
      this.model.moduleReplies?.get(module) ?? (Object.hasOwn(this.model.modules, module) ? undefined : UNKNOWN_MODULE)
    )
  }

  methodReply(question: Question, outlets: readonly Outlet[]): unknown {
    const { module, method, parameters } = question
    this.requests.asked(module, method)
    const script = this.scripted.get(module)
    if (script?.has(method)) return script.get(method)
    const refused = isCommand(method) ? this.commandReply() : undefined
    if (refused) return refused
    const methods = this.model.modules[module]
    if (!methods || !Object.hasOwn(methods, method)) return UNKNOWN_METHOD
    const reply = methods[method]?.(parameters, outlets)
    return method === 'get_sysinfo' && isObject(reply) ? this.identified(reply) : reply
  }

  private commandReply(): Json | undefined {
    const refusing = this.behaviours.get('refuse-commands')
    if (refusing) return refusal(refusing.err_code, 'refused')
    return this.behaviours.has('ignore-commands') ? OK : undefined
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
