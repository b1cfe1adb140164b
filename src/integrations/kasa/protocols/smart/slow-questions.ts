import type { Components } from './components'
import type { DeviceInfo } from './device-info'
import { LARGEST_BATCH } from './inquiry'
import { keepsPresets, settingQuestions, updatesItself } from './settings'
import type { Method } from './smart-query'
import type { Answers } from './smart-reply'

/** What they are about changes rarely: by a person, or by a command. */
const INTERVAL_MS = 600_000
const NONE: readonly Method[] = []

/** What a device is asked of its details now and then, in the same request as its state. Times are of the monotonic clock. */
export class SlowQuestions {
  private readonly due_at: Map<Method, number>
  private next_at: number

  constructor(methods: readonly Method[]) {
    this.due_at = new Map(methods.map((method) => [method, -Infinity]))
    this.next_at = methods.length === 0 ? Infinity : -Infinity
  }

  /** Those that are due, as far as one request has room for them beside `asked` others. */
  at(now: number, asked: number): readonly Method[] {
    if (now < this.next_at) return NONE
    const due = [...this.due_at].filter(([, due_at]) => due_at <= now).map(([method]) => method)
    return due.slice(0, Math.max(0, LARGEST_BATCH - asked))
  }

  /**
   * Returns whether there may be any among `answers`. A refusal may pass; what the firmware has no part for is not asked again.
   */
  answered(answers: Answers, now: number): boolean {
    if (now < this.next_at) return false
    for (const method of this.due_at.keys()) {
      const answer = answers.get(method)
      if (answer) this.due_at.set(method, answer.kind === 'unsupported' ? Infinity : now + INTERVAL_MS)
    }
    this.next_at = Math.min(...this.due_at.values())
    return true
  }

  /** After an answer that did not come. */
  postpone(now: number): void {
    for (const [method, due_at] of this.due_at) if (due_at <= now) this.due_at.set(method, now + INTERVAL_MS)
    this.next_at = Math.min(...this.due_at.values())
  }

  /** What `method` asks for may have changed. */
  again(method: Method): void {
    if (!this.due_at.has(method)) return
    this.due_at.set(method, -Infinity)
    this.next_at = -Infinity
  }
}

/** What belongs to the description of a light, so that it is asked at first contact. */
export function lightQuestions(components: Components, info: DeviceInfo): Method[] {
  const methods: Method[] = []
  if (components.has('light_effect')) methods.push('get_dynamic_light_effect_rules')
  if (keepsPresets(components, info)) methods.push('get_preset_rules')
  return methods
}

export function hostQuestions(components: Components, info: DeviceInfo): Method[] {
  const methods = settingQuestions(components, info)
  if (components.has('led')) methods.unshift('get_led_info')
  if (components.has('cloud_connect')) methods.push('get_connect_cloud_state')
  if (updatesItself(components)) methods.push('get_auto_update_info')
  if (components.has('light_effect')) methods.push('get_dynamic_light_effect_rules')
  return methods
}
