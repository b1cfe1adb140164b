import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Incident } from '../../../src/alerting/incidents/incident'
import { holdsBack } from '../../../src/alerting/notifying/silences'
import { SEVERITIES, type Severity } from '../../../src/alerting/rules/rule'
import { HOUR_MS, Household, type HouseholdOptions, NIGHT } from './household'

const GROUP_WAIT_S = 30
/** So that each of them has a name in whatever summary it is. */
const MOST_RAISED = 20
const DEVICES = ['lamp', 'plug', 'freezer', 'router']
const ENDS = [undefined, undefined, undefined, 'no_data', 'rule_disabled', 'joined'] as const
const MINUTES = [0, 0.1, 0.6, 1, 7, 45, 200, 700]

type Step =
  | { readonly do: 'raise'; readonly device: number; readonly rule: number }
  | { readonly do: 'resolve'; readonly which: number; readonly end: (typeof ENDS)[number] }
  | { readonly do: 'escalate' | 'flap' | 'acknowledge' | 'unacknowledge'; readonly which: number }
  | { readonly do: 'silence'; readonly device: number; readonly minutes: number; readonly critical: boolean }
  | { readonly do: 'unsilence' }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'restart'; readonly minutes: number; readonly kill: boolean }
  | { readonly do: 'set clock'; readonly hours: number }

const minutes = fc.constantFrom(...MINUTES)
const which = fc.nat({ max: MOST_RAISED })
const device = fc.nat({ max: DEVICES.length - 1 })
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('raise' as const), device, rule: fc.nat({ max: 5 }) }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant('wait' as const), minutes }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant('resolve' as const), which, end: fc.constantFrom(...ENDS) }), weight: 3 },
  fc.record({ do: fc.constantFrom('escalate' as const, 'flap', 'acknowledge', 'unacknowledge'), which }),
  fc.record({
    do: fc.constant('silence' as const),
    device,
    minutes: fc.constantFrom(1, 30, 600),
    critical: fc.boolean(),
  }),
  fc.record({ do: fc.constant('unsilence' as const) }),
  fc.record({ do: fc.constant('restart' as const), minutes, kill: fc.boolean() }),
  fc.record({ do: fc.constant('set clock' as const), hours: fc.integer({ min: -30, max: 30 }) }),
)
const options: fc.Arbitrary<HouseholdOptions> = fc.record({
  quiet_hours: fc.constantFrom(undefined, NIGHT),
  group_wait_s: fc.constant(GROUP_WAIT_S),
  group_by: fc.constantFrom('all' as const, 'rule', 'device', 'nothing'),
  maximum_per_hour: fc.constantFrom(0, 1, 3),
})

/** A household to which things happen, and why people need not hear of an incident. */
class Story {
  readonly home: Household
  readonly raised: Incident[] = []
  /** Why those that are over need not have been told, by their ids. */
  readonly excused = new Map<string, string>()
  /** By the monotonic clock. */
  readonly told_ms: number[] = []
  /** As a process that is killed leaves it behind. */
  private kept: unknown
  /** Since when what waits has done so undisturbed, by the monotonic clock. */
  private readonly since_ms = new Map<string, number>()

  constructor(options: HouseholdOptions) {
    this.home = new Household(options)
    this.home.onNotify = () => this.told_ms.push(this.home.clock.monotonic())
    this.home.onUnsaved = () => (this.kept = structuredClone(this.home.notifier.save()))
    for (const [index, notify_resolved] of ENDINGS.entries()) {
      const severity = SEVERITIES[index] as Severity
      this.home.rule({ id: `rule ${index}`, severity, remind_every_s: index * 4000 })
      this.home.rule({ id: `rule ${index + 3}`, severity, condition: MOMENTARY, notify_resolved })
    }
  }

  run(step: Step): void {
    const { home } = this
    if (step.do === 'wait') home.clock.advance(step.minutes * 60_000)
    else if (step.do === 'set clock') home.clock.jump(step.hours * HOUR_MS)
    else if (step.do === 'raise') this.raise(step)
    else if (step.do === 'silence') {
      home.notifier.silence({ device: nameOf(step.device) }, { for_s: step.minutes * 60, critical: step.critical })
      const over = this.raised.filter((incident) => !home.open.has(incident.id) && this.isSilenced(incident))
      for (const { id } of over) this.excused.set(id, 'silenced')
    } else if (step.do === 'unsilence') home.notifier.unsilence()
    else if (step.do === 'restart') home.restart(step.minutes * 60_000, step.kill ? this.kept : undefined)
    else this.change(step)
    if (step.do === 'unsilence' || step.do === 'restart') this.disturb()
    home.clock.advance(0)
  }

  /** All silences end, and there is time for whatever waits. */
  finish(): void {
    this.home.notifier.unsilence()
    this.home.clock.advance(48 * HOUR_MS)
  }

  isSilenced(incident: Incident): boolean {
    return this.home.notifier.silences().some((silence) => holdsBack(silence, incident))
  }

  private raise({ device, rule }: { readonly device: number; readonly rule: number }): void {
    const [alias, rule_id] = [nameOf(device), `rule ${rule}`]
    const isOpen = [...this.home.open.values()].some((one) => one.alias === alias && one.rule_id === rule_id)
    if (isOpen || this.raised.length === MOST_RAISED) return
    const before = this.home.told.length
    const incident = this.home.raise(alias, rule_id)
    this.raised.push(incident)
    this.since_ms.set(incident.id, this.home.clock.monotonic())
    if (incident.severity !== 'critical' || this.isSilenced(incident)) return
    this.home.clock.advance(0)
    const told = this.home.told.slice(before).flatMap(({ incidents }) => incidents)
    assert.ok(
      told.some(({ id }) => id === incident.id),
      'what is critical is told at once',
    )
  }

  private change(step: Exclude<Step, { readonly do: 'raise' | 'wait' | 'silence' }>): void {
    if (!('which' in step)) return
    const open = [...this.home.open.values()]
    const incident = open[step.which % open.length]
    if (incident === undefined) return
    if (step.do === 'escalate') this.home.escalate(incident, incident.level + 1)
    else if (step.do === 'flap') this.home.flap(incident)
    else if (step.do === 'acknowledge') this.home.acknowledge(incident)
    else if (step.do === 'unacknowledge') this.unacknowledge(incident)
    else if (step.do === 'resolve') this.resolve(incident, step.end)
  }

  private unacknowledge(incident: Incident): void {
    this.home.unacknowledge(incident)
    this.since_ms.set(incident.id, this.home.clock.monotonic())
  }

  private resolve(incident: Incident, end: (typeof ENDS)[number]): void {
    const waited_ms = this.home.clock.monotonic() - (this.since_ms.get(incident.id) ?? 0)
    const isBrief = incident.severity !== 'critical' && incident.kind !== 'event' && waited_ms < GROUP_WAIT_S * 1000
    const reasons = {
      'ended by a person, or gone on in another': end === 'rule_disabled' || end === 'joined',
      silenced: this.isSilenced(incident),
      acknowledged: incident.acknowledged_at !== undefined,
      'over before its group left': isBrief,
    }
    for (const [reason, applies] of Object.entries(reasons)) if (applies) this.excused.set(incident.id, reason)
    this.home.resolve(incident, end)
  }

  private disturb(): void {
    for (const id of this.since_ms.keys()) this.since_ms.set(id, this.home.clock.monotonic())
  }
}

describe('What people are told, whatever happens', () => {
  const story = (check: (story: Story) => void, allowed: (step: Step) => boolean = () => true) =>
    fc.assert(
      fc.property(options, fc.array(step, { maxLength: 60 }), (options, steps) => {
        const story = new Story(options)
        for (const one of steps.filter(allowed)) story.run(one)
        check(story)
        assert.deepEqual(story.home.errors, [])
      }),
      { numRuns: 150 },
    )

  it('every time they hear of an incident again, there is something new', () => {
    story(({ home }) => {
      const last = new Map<string, Incident>()
      for (const { kind, incidents } of home.told) {
        for (const incident of incidents) {
          const before = last.get(incident.id)
          last.set(incident.id, incident)
          if (before === undefined) assert.notEqual(kind, 'resolved')
          else assert.ok(isNews(before, incident), `${kind}: ${JSON.stringify([before, incident])}`)
        }
      }
    })
  }).timeout(30_000)

  it('everything that is still open is told in the end, but what somebody has acknowledged', () => {
    story((story) => {
      story.finish()
      const told = new Set(story.home.told.flatMap(({ incidents }) => incidents.map(({ id }) => id)))
      for (const incident of story.home.open.values()) {
        assert.ok(told.has(incident.id) || incident.acknowledged_at !== undefined, incident.id)
      }
    })
  }).timeout(30_000)

  it('nothing is lost but for a reason that has a name', () => {
    story((story) => {
      story.finish()
      const told = new Set(story.home.told.flatMap(({ incidents }) => incidents.map(({ id }) => id)))
      for (const { id } of story.raised) {
        if (!story.home.open.has(id)) assert.ok(told.has(id) || story.excused.has(id), id)
      }
      for (const { more } of story.home.told) assert.equal(more, 0)
    })
  }).timeout(30_000)

  it('what was over in the night is told in the morning, although the clock was set back and Node-RED restarted', () => {
    const story = new Story({ quiet_hours: NIGHT, group_wait_s: GROUP_WAIT_S, group_by: 'all', maximum_per_hour: 0 })
    story.run({ do: 'raise', device: 0, rule: 0 })
    story.run({ do: 'set clock', hours: -14 })
    story.run({ do: 'wait', minutes: 7 })
    story.run({ do: 'resolve', which: 0, end: undefined })
    story.run({ do: 'restart', minutes: 0, kill: false })
    story.finish()
    assert.deepEqual(
      story.home.told.flatMap(({ incidents }) => incidents.map(({ id }) => id)),
      story.raised.map(({ id }) => id),
    )
  })

  it('there are never more in an hour than may be, but for what is critical', () => {
    const check = ({ home, told_ms }: Story): void => {
      const most = home.options.maximum_per_hour || Infinity
      const times = told_ms.filter((_, index) => home.told[index]?.severity !== 'critical')
      for (const time_ms of times) {
        const within = times.filter((other_ms) => other_ms >= time_ms && other_ms < time_ms + HOUR_MS)
        assert.ok(within.length <= most)
      }
    }
    // What a process that was killed has left behind knows nothing of a clock that was set since.
    story(check, (one) => one.do !== 'set clock')
    story(check, (one) => one.do !== 'restart' || !one.kill)
  }).timeout(30_000)
})

function isNews(before: Incident, now: Incident): boolean {
  if (before.state === 'resolved') return false
  const isNew = now.level > before.level || now.reminders > before.reminders || (now.flapping && !before.flapping)
  return isNew || now.state === 'resolved'
}

function nameOf(device: number): string {
  return DEVICES[device] as string
}

const MOMENTARY = { kind: 'event', event: 'pressed', until: [], hold_s: 0 } as const
const ENDINGS = ['auto', 'always', 'never'] as const
