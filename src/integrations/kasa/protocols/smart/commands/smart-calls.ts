import { unsupportedCommand, type Command } from '../../../../../domain/command'
import { MonitorError } from '../../../../../domain/errors'
import type { Send } from '../../../commands/command-plan'
import { numberOf, objectOf, parseObject, type JsonObject } from '../../../json'
import { conversationError } from '../smart-error'
import { encodeCalls, type Call } from '../smart-request'
import type { SmartTarget } from './smart-target'

const UNKNOWN_METHOD = -1002

/** Calls of one command to its target. Unlike a poll's queries they may change something. */
export class SmartCalls {
  constructor(
    private readonly send: Send,
    private readonly command: Command['name'],
    private readonly target: SmartTarget,
    /** Told of what the device says about the whole conversation. */
    private readonly onFailure: (error: MonitorError) => void,
  ) {}

  /**
   * The result, empty where there is none; of the target's own child where `child_id` names one.
   * @throws MonitorError `COMMAND_UNSUPPORTED`, `DEVICE_REFUSED`, `REPLY_INVALID`, or what ended the conversation
   */
  async ask(method: string, params?: Call['params'], child_id = this.target.child_id): Promise<JsonObject> {
    const reply = parseObject(await this.send(encodeCalls([params ? { method, params } : { method }], child_id)))
    const result = this.resultOf(reply)
    if (child_id === undefined) return result
    const inner = objectOf(result.responseData)
    if (!inner) throw new MonitorError('REPLY_INVALID', `no reply of ${child_id}`)
    return this.resultOf(inner)
  }

  private resultOf(reply: JsonObject): JsonObject {
    const error_code = numberOf(reply.error_code)
    if (error_code === 0) return objectOf(reply.result) ?? {}
    if (error_code === undefined) throw new MonitorError('REPLY_INVALID', 'the reply has no error_code')
    throw this.meaningOf(error_code)
  }

  private meaningOf(error_code: number): MonitorError {
    const { model, device_id } = this.target
    if (error_code === UNKNOWN_METHOD) return unsupportedCommand(this.command, model, device_id)
    const error = conversationError(error_code)
    if (error) {
      this.onFailure(error)
      return error
    }
    const text = `${model} refused '${this.command}': error ${error_code}`
    return new MonitorError('DEVICE_REFUSED', text, { details: { device_id } })
  }
}
