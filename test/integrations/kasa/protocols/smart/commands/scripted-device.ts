import type { Command } from '../../../../../../src/domain/command'
import { DEVICE_FEATURES } from '../../../../../../src/domain/device'
import type { Reading } from '../../../../../../src/domain/reading'
import { SmartCalls } from '../../../../../../src/integrations/kasa/protocols/smart/commands/smart-calls'
import { planCommand } from '../../../../../../src/integrations/kasa/protocols/smart/commands/smart-plan'
import type { SmartTarget } from '../../../../../../src/integrations/kasa/protocols/smart/commands/smart-target'

type Json = Readonly<Record<string, unknown>>

export interface Sent {
  readonly method: string
  readonly params: unknown
  readonly child_id?: string
}

/** Answers each method as it is told to, and everything else with success; keeps what it was asked. */
export class ScriptedDevice {
  readonly sent: Sent[] = []
  /** What was told of the whole conversation. */
  readonly failures: string[] = []
  readonly replies = new Map<string, unknown>()

  /** The methods that change something, with what they said. */
  get changes(): readonly Sent[] {
    return this.sent.filter(({ method }) => !method.startsWith('get_'))
  }

  readonly send = (text: string): Promise<string> => {
    const { method, params } = JSON.parse(text) as { method: string; params?: Json }
    if (method !== 'control_child') return Promise.resolve(JSON.stringify(this.answer({ method, params })))
    const { device_id, requestData } = params as { device_id: string; requestData: { method: string; params?: Json } }
    const responseData = this.answer({ ...requestData, params: requestData.params, child_id: device_id })
    return Promise.resolve(JSON.stringify({ error_code: 0, result: { responseData } }))
  }

  private answer(sent: Sent): unknown {
    this.sent.push(sent)
    const reply = this.replies.get(sent.method)
    return typeof reply === 'number' ? { error_code: reply } : { error_code: 0, result: reply }
  }
}

export function target(changes: Partial<SmartTarget> = {}): SmartTarget {
  return {
    ...{
      device_id: 'D1',
      kind: 'plug',
      model: 'P110(EU)',
      features: DEVICE_FEATURES,
      on: true,
      isPart: false,
      info: {},
    },
    ...{ child_id: undefined, switched_children: [] },
    ...changes,
  }
}

export function reading(changes: Partial<Reading> = {}): Reading {
  return {
    ...{ device_id: 'D1', alias: 'Lamp', model: 'P110(EU)', host: '127.0.0.1', timestamp: 0 },
    ...{ source: 'poll', quality: 'good' },
    ...changes,
  } as Reading
}

export function plan(command: Command, to: ScriptedDevice, on: SmartTarget = target()) {
  return planCommand(command, on, new SmartCalls(to.send, command.name, on, (error) => to.failures.push(error.code)))
}
