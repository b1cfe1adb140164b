import assert from 'node:assert/strict'
import type { DeviceModel, Surroundings } from '../../../src/simulator/device-model'
import { Behaviours } from '../../../src/simulator/behaviour'
import type { Json } from '../../../src/simulator/answer'
import type { Maker } from '../../../src/simulator/models/makers'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { Timers } from '../../../src/simulator/timers'
import type { FakeClock } from '../../support/fake-clock'

export const DEVICE_ID = '8022AABBCCDDEEFF00112233445566778899AABB'

export interface Reply {
  readonly error_code: number
  readonly result?: Record<string, unknown>
}

/** A device without a network around it, that is asked directly. */
export class Asked<Model extends DeviceModel = DeviceModel> {
  readonly methods: string[] = []
  readonly reboots_ms: number[] = []
  readonly replies = new Map<string, Json>()
  readonly behaviours = new Behaviours()
  readonly model: Model

  constructor(clock: FakeClock, make: (surroundings: Surroundings) => Model) {
    this.model = make({
      clock,
      random: seededRandom(1),
      timers: new Timers(clock),
      behaviours: this.behaviours,
      instead: (method) => {
        this.methods.push(method)
        return this.replies.get(method)
      },
      reboot: (delay_ms) => this.reboots_ms.push(delay_ms),
    })
  }

  text(text: string): Reply {
    assert.ok(this.model.protocol === 'smart')
    return JSON.parse(this.model.answer(text) ?? '') as Reply
  }

  reply(method: string, params?: Json): Reply {
    return this.text(JSON.stringify({ method, params, request_time_milis: 1 }))
  }

  /** The result of a method that succeeds. */
  result(method: string, params?: Json): Record<string, unknown> {
    const { error_code, result = {} } = this.reply(method, params)
    assert.equal(error_code, 0, `${method}: ${error_code}`)
    return result
  }

  code(method: string, params?: Json): number {
    return this.reply(method, params).error_code
  }

  /** The reply of a child. */
  ofChild(device_id: string, method: string, params?: Json): Reply {
    const { responseData } = this.result('control_child', { device_id, requestData: { method, params } })
    return responseData as Reply
  }
}

export function asked<Options>(clock: FakeClock, maker: Maker<Options>, options: Options): Asked {
  return new Asked(clock, (surroundings) =>
    maker({ device_id: DEVICE_ID, mac: '50:C7:BF:00:00:01' }, options, surroundings),
  )
}
