import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { DeviceEvent } from '../../../src/domain/event'
import { GroupSubject } from '../../../src/alerting/watching/group-subject'
import type { Together } from '../../../src/alerting/watching/group-value'
import type { Subject, Values } from '../../../src/alerting/watching/subject'

const SILENT_S = 600
const START = Date.UTC(2026, 0, 5)

class Member implements Subject {
  readonly alias = ''
  readonly model = undefined
  readonly host = undefined
  readonly parent_id = undefined
  values: Values = {}
  sampled_ms = -Infinity
  timestamp = 0
  online: boolean | undefined

  constructor(readonly id: string) {}
}

/** A group, and what comes of its members at seconds of the monotonic clock. */
class Kitchen {
  readonly group: GroupSubject
  private readonly members = new Map<string, Member>()

  constructor(together: Together = 'sum') {
    this.group = new GroupSubject({ id: 'kitchen-power', name: 'Kitchen', together, no_data_after_s: SILENT_S })
  }

  /** Those that somebody tells. */
  get values(): Values {
    return Object.fromEntries(Object.entries(this.group.values).filter(([, value]) => !Number.isNaN(value)))
  }

  /** @returns whether anything of the group has changed */
  sample(at_s: number, id: string, values: Values, age_s = 0): boolean {
    const member = this.member(id)
    member.values = values
    member.sampled_ms = (at_s - age_s) * 1000
    member.timestamp = START + member.sampled_ms
    member.online = true
    return this.group.take(this.moment(at_s, member))
  }

  event(at_s: number, id: string, event: 'online' | 'offline' | 'changed'): boolean {
    const member = this.member(id)
    if (event !== 'changed') member.online = event === 'online'
    if (event === 'offline') member.values = {}
    const told = { event, device_id: id, alias: id, host: '', timestamp: START + at_s * 1000 }
    return this.group.take(this.moment(at_s, member, told))
  }

  wait(at_s: number): boolean {
    return this.group.wake(this.moment(at_s))
  }

  forget(at_s: number, id: string): boolean {
    this.members.delete(id)
    return this.group.forget(id, this.moment(at_s))
  }

  private moment(at_s: number, from?: Member, event?: DeviceEvent) {
    return { now_ms: at_s * 1000, wall_ms: START + at_s * 1000, from, event }
  }

  private member(id: string): Member {
    let member = this.members.get(id)
    if (member === undefined) this.members.set(id, (member = new Member(id)))
    return member
  }
}

describe('a group of devices', () => {
  it('is named after its rule, and knows nothing before the first sample', () => {
    const { group } = new Kitchen()
    assert.equal(group.id, 'kitchen-power')
    assert.equal(group.alias, 'Kitchen')
    assert.equal(new GroupSubject({ id: 'r1', name: '', together: 'sum', no_data_after_s: 1 }).alias, 'r1')
    assert.deepEqual({ ...group.values }, {})
    assert.equal(group.sampled_ms, -Infinity)
    assert.equal(group.online, undefined)
    assert.equal(group.due_ms, Infinity)
  })

  for (const [together, power_w, on] of [
    ['sum', 2060, 2],
    ['mean', 2060 / 3, 2 / 3],
    ['lowest', -40, 0],
    ['highest', 2000, 1],
  ] as const) {
    it(`makes one value of all: ${together}`, () => {
      const kitchen = new Kitchen(together)
      kitchen.sample(0, 'kettle', { power_w: 2000, on: true })
      kitchen.sample(1, 'solar', { power_w: -40, on: true })
      kitchen.sample(2, 'lamp', { power_w: 100, on: false })
      assert.deepEqual(kitchen.values, { power_w, on })
    })
  }

  it('has the newest value of each, and none that a device no longer tells', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { power_w: 2000, voltage_v: 230 })
    kitchen.sample(0, 'lamp', { power_w: 10 })
    assert.equal(kitchen.sample(5, 'kettle', { power_w: 500 }), true)
    assert.deepEqual(kitchen.values, { power_w: 510 })
    kitchen.sample(6, 'lamp', {})
    assert.deepEqual(kitchen.values, { power_w: 500 })
  })

  it('takes numbers only, of a size that leaves room for others', () => {
    const kitchen = new Kitchen()
    const values = { alias: 'Kettle', timestamp: START, a: NaN, b: Infinity, c: 1e300, d: '5', e: null, f: [1], g: 1 }
    kitchen.sample(0, 'kettle', values)
    assert.deepEqual(kitchen.values, { g: 1 })
  })

  it('takes any name for one of a value', () => {
    const kitchen = new Kitchen()
    const values = JSON.parse('{"__proto__": 5, "constructor": 6, "toString": 7}') as Values
    kitchen.sample(0, 'kettle', values)
    kitchen.sample(0, 'lamp', values)
    const { group } = kitchen
    assert.deepEqual(Object.entries(group.values), [
      ['__proto__', 10],
      ['constructor', 12],
      ['toString', 14],
    ])
    assert.equal(({} as Values).a, undefined)
  })

  it('leaves out what is suspect, and keeps what was known', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { power_w: 2000 })
    assert.equal(kitchen.sample(1, 'kettle', { power_w: 99_999, quality: 'suspect' }), false)
    assert.deepEqual(kitchen.values, { power_w: 2000 })
  })

  it('was sampled when its newest sample was taken, whatever comes late', () => {
    const kitchen = new Kitchen()
    kitchen.sample(100, 'kettle', { power_w: 5 })
    kitchen.sample(110, 'lamp', { power_w: 5 }, 60)
    assert.equal(kitchen.group.sampled_ms, 100_000)
    assert.equal(kitchen.group.timestamp, START + 100_000)
    assert.deepEqual(kitchen.values, { power_w: 10 })
  })

  it('does without a device that is offline until the next sample of that', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { power_w: 2000 })
    kitchen.sample(0, 'lamp', { power_w: 10 })
    assert.equal(kitchen.event(5, 'kettle', 'offline'), true)
    assert.deepEqual(kitchen.values, { power_w: 10 })
    assert.equal(kitchen.group.sampled_ms, 5000)
    assert.equal(kitchen.event(6, 'kettle', 'online'), false)
    assert.deepEqual(kitchen.values, { power_w: 10 })
    kitchen.sample(7, 'kettle', { power_w: 1000 })
    assert.deepEqual(kitchen.values, { power_w: 1010 })
    assert.equal(kitchen.event(8, 'kettle', 'changed'), false)
  })

  it('is offline when all of its devices are, and online again with the first', () => {
    const kitchen = new Kitchen()
    kitchen.event(0, 'kettle', 'offline')
    assert.equal(kitchen.group.online, false)
    kitchen.sample(1, 'lamp', { power_w: 10 })
    assert.equal(kitchen.group.online, true)
    assert.equal(kitchen.event(2, 'lamp', 'offline'), true)
    assert.equal(kitchen.group.online, false)
    assert.deepEqual(kitchen.values, {})
    // Nobody has said anything since: the newest sample remains that of the lamp.
    assert.equal(kitchen.group.sampled_ms, 1000)
    assert.equal(kitchen.event(3, 'kettle', 'online'), true)
    assert.equal(kitchen.group.online, true)
  })

  it('does without a device that has been silent for too long, by its own timer or with the next sample', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { power_w: 2000 })
    kitchen.sample(100, 'lamp', { power_w: 10 })
    kitchen.sample(200, 'fridge', { power_w: 50 })
    assert.equal(kitchen.group.due_ms, SILENT_S * 1000)
    kitchen.sample(300, 'kettle', { power_w: 1000 })
    assert.equal(kitchen.group.due_ms, (100 + SILENT_S) * 1000)
    assert.equal(kitchen.wait(99 + SILENT_S), false)
    assert.equal(kitchen.wait(100 + SILENT_S), true)
    assert.deepEqual(kitchen.values, { power_w: 1050 })
    kitchen.sample(250 + SILENT_S, 'kettle', { power_w: 1 })
    assert.deepEqual(kitchen.values, { power_w: 1 })
    assert.equal(kitchen.group.online, true)
  })

  it('does without a device that is no member any longer', () => {
    const kitchen = new Kitchen()
    kitchen.event(0, 'kettle', 'offline')
    kitchen.sample(0, 'lamp', { power_w: 10 })
    assert.equal(kitchen.forget(1, 'lamp'), true)
    assert.equal(kitchen.group.online, false)
    assert.deepEqual(kitchen.values, {})
    assert.equal(kitchen.forget(2, 'lamp'), false)
    assert.equal(kitchen.group.due_ms, Infinity)
  })

  it('forgets a large share without a trace', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'lamp', { power_w: 0.1 })
    for (let turn = 0; turn < 1000; turn++) {
      kitchen.sample(1, 'broken', { power_w: 1e15 })
      kitchen.sample(1, 'broken', { power_w: 0.2 })
    }
    kitchen.event(1, 'broken', 'offline')
    assert.deepEqual(kitchen.values, { power_w: 0.1 })
  })
})

describe('the energy of a group', () => {
  it('is what its devices have used since it is watched, each from what it has said first', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { energy_kwh: 500 })
    assert.deepEqual(kitchen.values, { energy_kwh: 0 })
    kitchen.sample(1, 'lamp', { energy_kwh: 3 })
    kitchen.sample(2, 'kettle', { energy_kwh: 501.5 })
    kitchen.sample(3, 'lamp', { energy_kwh: 3.25 })
    assert.deepEqual(kitchen.values, { energy_kwh: 1.75 })
  })

  it('does not fall when a device goes, and adds what that has used once it is back', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'kettle', { energy_kwh: 500 })
    kitchen.sample(1, 'kettle', { energy_kwh: 501 })
    kitchen.event(2, 'kettle', 'offline')
    kitchen.sample(3, 'lamp', { energy_kwh: 7 })
    assert.deepEqual(kitchen.values, { energy_kwh: 1 })
    kitchen.sample(4, 'kettle', { energy_kwh: 502 })
    assert.deepEqual(kitchen.values, { energy_kwh: 2 })
  })

  it('takes a counter that falls for one that begins anew', () => {
    const kitchen = new Kitchen()
    for (const energy_kwh of [500, 501, 2, 3]) kitchen.sample(0, 'kettle', { energy_kwh })
    assert.deepEqual(kitchen.values, { energy_kwh: 2 })
  })

  it('goes on over a restart, with what was used meanwhile', () => {
    const before = new Kitchen()
    before.sample(0, 'kettle', { energy_kwh: 500 })
    before.sample(1, 'kettle', { energy_kwh: 501 })
    const kitchen = new Kitchen()
    kitchen.group.restore(JSON.parse(JSON.stringify(before.group.save())) as ReturnType<GroupSubject['save']>)
    kitchen.sample(0, 'kettle', { energy_kwh: 504 })
    kitchen.sample(0, 'lamp', { energy_kwh: 9 })
    assert.deepEqual(kitchen.values, { energy_kwh: 4 })
  })

  it('begins anew where what was kept is damaged', () => {
    for (const saved of [null, 'x', [], { energy_kwh: -1 }, { energy_kwh: 'much' }, { counters_kwh: { kettle: 1 } }]) {
      const kitchen = new Kitchen()
      kitchen.group.restore(saved)
      kitchen.sample(0, 'kettle', { energy_kwh: 504 })
      assert.deepEqual(kitchen.values, { energy_kwh: 0 })
    }
    const kitchen = new Kitchen()
    kitchen.group.restore({ energy_kwh: 5, counters_kwh: { kettle: 'x', lamp: 1 } })
    kitchen.sample(0, 'kettle', { energy_kwh: 504 })
    kitchen.sample(0, 'lamp', { energy_kwh: 2 })
    assert.deepEqual(kitchen.values, { energy_kwh: 6 })
  })
})

const id = fc.constantFrom('a', 'b', 'c', 'd')
const amount = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(true, false, null, 'text', 1e15, -1e15),
)
const values = fc.record({ power_w: amount, on: amount, other: amount }, { requiredKeys: [] })
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('sample' as const), id, values }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('offline', 'online', 'changed', 'forget'), id }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('wait' as const) }) },
)
const steps = fc.array(fc.tuple(fc.constantFrom(0, 1, 60, 400, SILENT_S), step), { maxLength: 80 })

/** The same, made anew each time of all that counts. */
function recomputed(together: Together, counting: Iterable<Values>): Map<string, { value: number; scale: number }> {
  const byKey = new Map<string, number[]>()
  for (const each of counting) {
    for (const [key, value] of Object.entries(each)) {
      if (typeof value !== 'number' && typeof value !== 'boolean') continue
      byKey.set(key, [...(byKey.get(key) ?? []), Number(value)])
    }
  }
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
  const result = (numbers: number[]) => {
    if (together === 'lowest') return Math.min(...numbers)
    if (together === 'highest') return Math.max(...numbers)
    return together === 'sum' ? sum(numbers) : sum(numbers) / numbers.length
  }
  const scaleOf = (numbers: number[]) => (together === 'sum' || together === 'mean' ? sum(numbers.map(Math.abs)) : 0)
  return new Map([...byKey].map(([key, numbers]) => [key, { value: result(numbers), scale: scaleOf(numbers) }]))
}

describe('the values of a group', () => {
  it('are unknown when nobody tells them any longer, rather than what they were', () => {
    const kitchen = new Kitchen()
    kitchen.sample(0, 'oven', { power_w: 2000 })
    kitchen.event(1, 'oven', 'offline')
    assert.deepEqual({ ...kitchen.group.values }, { power_w: NaN })
    kitchen.sample(2, 'oven', { power_w: 100 })
    assert.deepEqual({ ...kitchen.group.values }, { power_w: 100 })
  })

  for (const together of ['sum', 'mean', 'lowest', 'highest'] as const) {
    it(`are those of the members that count, after whatever comes and goes: ${together}`, () => {
      fc.assert(
        fc.property(steps, (given) => {
          const kitchen = new Kitchen(together)
          const counting = new Map<string, { values: Values; heard_s: number }>()
          const online = new Map<string, boolean | undefined>()
          let now_s = 0
          for (const [gap_s, each] of given) {
            now_s += gap_s
            for (const [member, { heard_s }] of counting) if (now_s - heard_s >= SILENT_S) counting.delete(member)
            if (each.what === 'wait') kitchen.wait(now_s)
            else if (each.what === 'sample') {
              kitchen.sample(now_s, each.id, each.values)
              counting.set(each.id, { values: each.values, heard_s: now_s })
              online.set(each.id, true)
            } else if (each.what === 'forget') {
              kitchen.wait(now_s)
              kitchen.forget(now_s, each.id)
              counting.delete(each.id)
              online.delete(each.id)
            } else {
              kitchen.event(now_s, each.id, each.what as 'offline')
              if (each.what === 'offline') counting.delete(each.id)
              const before = online.get(each.id)
              online.set(each.id, each.what === 'changed' ? before : each.what === 'online')
            }

            const expected = recomputed(
              together,
              Array.from(counting.values(), ({ values }) => values),
            )
            assert.deepEqual(Object.keys(kitchen.values).sort(), [...expected.keys()].sort())
            for (const [key, { value, scale }] of expected) {
              const error = Math.abs((kitchen.values[key] as number) - value)
              assert.ok(error <= scale * 1e-15 + 1e-12, `${key}: ${String(kitchen.values[key])} instead of ${value}`)
            }
            const states = [...online.values()]
            const isOffline = states.length > 0 && states.every((state) => state === false)
            assert.equal(kitchen.group.online, states.includes(true) ? true : isOffline ? false : undefined)
            const heard_s = Math.min(...Array.from(counting.values(), (member) => member.heard_s))
            assert.equal(kitchen.group.due_ms, (heard_s + SILENT_S) * 1000)
          }
        }),
        { numRuns: 300 },
      )
    })
  }

  it('keep a counter of energy that never falls', () => {
    const samples = fc.array(fc.tuple(id, fc.double({ min: 0, max: 1e4, noNaN: true }), fc.boolean()), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(samples, (given) => {
        const kitchen = new Kitchen()
        let before_kwh = 0
        for (const [member, energy_kwh, leaves] of given) {
          kitchen.sample(0, member, { energy_kwh })
          if (leaves) kitchen.event(0, member, 'offline')
          const now_kwh = kitchen.values.energy_kwh as number
          assert.ok(now_kwh >= before_kwh)
          before_kwh = now_kwh
        }
      }),
    )
  })
})
