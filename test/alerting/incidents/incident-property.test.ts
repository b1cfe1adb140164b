import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { AlertState, ChangeName, Incident, StateChange } from '../../../src/alerting/incidents/incident'
import { IncidentModel } from './incident-model'
import { Bench, ruleOf, ToldWatch } from './watched-devices'

const NAMES = [...'abcdef']
const CHANGES = [
  'pending',
  'cancelled',
  'raised',
  'escalated',
  'recovering',
  'relapsed',
  'flapping',
  'steady',
  'resolved',
]
const RULES = [
  { id: 'each', many_from: 0 },
  { id: 'three', many_from: 3 },
  { id: 'four', many_from: 4 },
]

type Step =
  | { readonly step: 'change'; readonly rule: number; readonly name: string; readonly change: ChangeName }
  | { readonly step: 'storm'; readonly rule: number; readonly names: readonly string[]; readonly change: ChangeName }
  | { readonly step: 'wait'; readonly ms: number }
  | { readonly step: 'jump'; readonly ms: number }
  | { readonly step: 'restart' }
  | { readonly step: 'acknowledge' | 'unacknowledge'; readonly name: string }
  | { readonly step: 'end'; readonly rule: number; readonly name: string }

const rule = fc.nat(RULES.length - 1)
const name = fc.constantFrom(...NAMES)
const change = fc.record({
  step: fc.constant('change' as const),
  rule,
  name,
  change: fc.constantFrom(...(CHANGES as ChangeName[]), 'raised' as const, 'raised' as const, 'resolved' as const),
})
/** Many at once come or go. */
const storm = fc.record({
  step: fc.constant('storm' as const),
  rule: fc.integer({ min: 1, max: RULES.length - 1 }),
  names: fc.subarray(NAMES, { minLength: 3 }),
  change: fc.constantFrom('raised' as const, 'resolved' as const),
})
const wait = fc.record({ step: fc.constant('wait' as const), ms: fc.constantFrom(1, 4000, 5999, 60_000, 299_999) })
const jump = fc.record({
  step: fc.constant('jump' as const),
  ms: fc.constantFrom(-3_600_000, 3_600_000, -1, 7_200_000),
})
const command = fc.record({
  step: fc.constantFrom('acknowledge' as const, 'unacknowledge' as const),
  name: fc.constantFrom(...NAMES, '*'),
})
const end = fc.record({ step: fc.constant('end' as const), rule, name })
const restart = fc.record({ step: fc.constant('restart' as const) })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: change, weight: 12 },
    { arbitrary: wait, weight: 5 },
    { arbitrary: storm, weight: 5 },
    jump,
    command,
    end,
    restart,
  ),
  { maxLength: 120, size: 'max' },
)

/** A book and, for each rule, the model; both are told the same, in whatever order. */
class Trial {
  readonly bench = new Bench()
  private readonly models = RULES.map(({ many_from }) => new IncidentModel(many_from, 0))
  private readonly states = new Map<string, AlertState>()
  private readonly levels = new Map<string, number>()
  private readonly ids = new Set<string>()
  private watches = new Map<string, ToldWatch>()

  take(step: Step): void {
    const { bench, models } = this
    switch (step.step) {
      case 'change':
        this.change(step.rule, step.name, step.change)
        break
      case 'storm':
        for (const name of step.names) this.change(step.rule, name, step.change)
        break
      case 'wait':
        bench.clock.advance(step.ms)
        for (const model of models) model.advance(step.ms)
        break
      case 'jump':
        bench.clock.jump(step.ms)
        break
      case 'restart':
        this.restart()
        break
      case 'end':
        bench.book.end(`${RULES[step.rule]?.id}/${step.name}`, 'device_removed')
        models[step.rule]?.resolve(step.name)
        break
      case 'acknowledge':
      case 'unacknowledge':
        bench.book[step.step]({ device: step.name })
        for (const model of models) model.acknowledge(step.name, step.step === 'acknowledge')
    }
    this.check()
  }

  private change(index: number, name: string, change: ChangeName): void {
    const model = this.models[index] as IncidentModel
    const { id, many_from } = RULES[index] as (typeof RULES)[number]
    const watch = this.watchOf(id, many_from, name)
    const raised = this.bench.book.raisedOn(id, name)
    if (change === 'raised' && !raised) {
      watch.level = 1
      this.bench.say(watch, change)
      return model.raise(name)
    }
    if (change === 'escalated' && raised) watch.level = raised.level + 1
    const many_level = this.levels.get(`${id}/*`) ?? 1
    this.bench.say(watch, change)
    if (change === 'resolved' && raised) model.resolve(name)
    if (change !== 'escalated' || !raised) return
    if (!model.isMany(name)) model.escalate(name)
    else if (watch.level > many_level) model.escalateMany()
  }

  private restart(): void {
    const open = this.openById()
    assert.equal(this.bench.restart(), 0)
    assert.deepEqual(this.openById(), open)
    this.watches = new Map()
    for (const model of this.models) model.restart()
    for (const [fingerprint, state] of this.states) {
      const [rule_id = '', device_id = ''] = fingerprint.split('/')
      if (state === 'pending' && !this.bench.book.raisedOn(rule_id, device_id)) this.states.set(fingerprint, 'normal')
    }
  }

  private openById(): Map<string, Incident> {
    return new Map(this.bench.book.open().map((incident) => [incident.id, incident]))
  }

  private watchOf(id: string, many_from: number, name: string): ToldWatch {
    const key = `${id}/${name}`
    const watch = this.watches.get(key) ?? new ToldWatch(ruleOf({ id, many_from }), name)
    this.watches.set(key, watch)
    return watch
  }

  private check(): void {
    for (const change of this.bench.told.splice(0)) this.follow(change)
    const open = this.bench.book.open()
    for (const [index, { id }] of RULES.entries()) {
      const told = open.filter(({ rule_id }) => rule_id === id).map(inShort)
      assert.deepEqual(told.sort(), this.models[index]?.open())
    }
    const raised = open.map(({ rule_id, device_id }) => `${rule_id}/${device_id}`)
    const following = [...this.states].filter(([, state]) => state === 'firing' || state === 'recovering')
    assert.deepEqual(following.map(([fingerprint]) => fingerprint).sort(), raised.sort())
  }

  /** Whoever hears every change knows how it stands, and of each incident the beginning and the end. */
  private follow({ change, rule_id, device_id, previous, state, incident }: StateChange): void {
    const fingerprint = `${rule_id}/${device_id}`
    assert.equal(previous, this.states.get(fingerprint) ?? 'normal', `${change} ${fingerprint}`)
    this.states.set(fingerprint, state)
    if (incident) this.levels.set(fingerprint, change === 'resolved' ? 1 : incident.level)
    if (!incident) return assert.ok(change === 'pending' || change === 'cancelled')
    assert.ok(incident.duration_s >= 0)
    assert.equal(this.ids.has(incident.id), change !== 'raised', `${change} ${incident.id}`)
    this.ids.add(incident.id)
    assert.equal(incident.state === 'resolved', change === 'resolved')
  }
}

function inShort({ device_id, members, acknowledged_at }: Incident): string {
  const who = members ? `*(${Object.keys(members).sort().join()})` : device_id
  return acknowledged_at === undefined ? who : `${who} acknowledged`
}

describe('incidents, whatever happens', function () {
  this.timeout(60_000)

  it('are raised and resolved in turn, alone or as part of many, never both, as the model says', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const trial = new Trial()
        for (const step of taken) trial.take(step)
      }),
      { numRuns: 300 },
    )
  })

  it('leave no timer behind', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const trial = new Trial()
        for (const step of taken) trial.take(step)
        trial.bench.book.stop()
        trial.bench.book.stop()
        assert.equal(trial.bench.clock.pending, 0)
      }),
      { numRuns: 50 },
    )
  })
})
