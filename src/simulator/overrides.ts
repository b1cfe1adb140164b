import { isObject, OK, refusal, type Json } from './answer'
import type { Behaviours } from './behaviour'
import { isCommand, type RequestLog } from './request-log'

/** How each protocol writes that a command was done, and that it was refused. */
const COMMAND_REPLIES = {
  iot: { done: OK, refused: (code: number) => refusal(code, 'refused') },
  smart: { done: { error_code: 0 }, refused: (code: number): Json => ({ error_code: code }) },
}

/** What a device replies instead of what its model would, method by method. */
export class Overrides {
  private readonly scripted = new Map<string, Map<string, unknown>>()

  constructor(
    private readonly behaviours: Behaviours,
    private readonly requests: RequestLog,
    private readonly protocol: keyof typeof COMMAND_REPLIES,
  ) {}

  /** From now on this reply to one method, whatever it is asked; `undefined` ends that. */
  script(module: string, method: string, reply: unknown): void {
    const methods = this.scripted.get(module) ?? new Map<string, unknown>()
    if (reply === undefined) methods.delete(method)
    else methods.set(method, reply)
    if (methods.size > 0) this.scripted.set(module, methods)
    else this.scripted.delete(module)
  }

  concern(module: string): boolean {
    return this.scripted.has(module)
  }

  /** Counts the method as asked; `undefined`: the model shall answer. */
  reply(module: string, method: string): unknown {
    this.requests.asked(module, method)
    const script = this.scripted.get(module)
    if (script?.has(method)) return script.get(method)
    if (!isCommand(method)) return undefined
    const { done, refused } = COMMAND_REPLIES[this.protocol]
    const refusing = this.behaviours.get('refuse-commands')
    if (refusing) return refused(refusing.err_code)
    return this.behaviours.has('ignore-commands') ? done : undefined
  }

  /** The same for the newer commands, which have no modules. */
  smartReply(method: string): Json | undefined {
    const reply = this.reply('', method)
    return isObject(reply) ? reply : undefined
  }
}
