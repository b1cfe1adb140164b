import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Fault } from '../support/memory-tiers'
import { DAY, HOUR, MINUTE } from '../support/retention-stage'
import { RetentionStory } from '../support/retention-story'

/** What happens next; plain, so that a counterexample can be read. */
interface Step {
  /** So long readings come, one every so often, and then retention runs. */
  readonly hours: number
  readonly every_min: number
  readonly silent?: readonly string[] | undefined
  readonly late?: readonly { device: string; ago_h: number; power_w: number }[] | undefined
  /** The wall clock is set. */
  readonly jump_h?: number | undefined
  readonly plan?: number | undefined
  readonly trouble?: { readonly at: number; readonly what: Fault | 'kill' } | undefined
}

/** Clocks that differ by whole hours, by half of one, and by a quarter; the last has a tier more. */
const PLANS = [
  { time_zone: 'UTC', tiers: tiersOf('1h', '1d') },
  { time_zone: 'Asia/Kathmandu', tiers: tiersOf('1h', '1d') },
  { time_zone: 'Europe/Berlin', tiers: tiersOf('30m', '6h') },
  { time_zone: 'America/St_Johns', tiers: tiersOf('1h', '6h') },
  { time_zone: 'America/St_Johns', tiers: [...tiersOf('1h', '6h'), { name: 'daily', bucket: '1d', keep_days: 0 }] },
] as const
const THREE_TIERS = 4

function tiersOf(fine: string, coarse: string) {
  return [
    { name: 'fine', bucket: fine, keep_days: 14 },
    { name: 'coarse', bucket: coarse, keep_days: 0 },
  ]
}

const device = fc.constantFrom('a', 'b')
const late = fc.record({ device, ago_h: fc.double({ min: 0, max: 36, noNaN: true }), power_w: fc.nat(2000) })
const trouble = fc.record({
  at: fc.nat(40),
  what: fc.constantFrom<Fault | 'kill'>('fail', 'fail_after', 'forget', 'lie', 'kill', 'kill', 'hang_after'),
})
const rarely = <Value>(of: fc.Arbitrary<Value>, freq: number) => fc.option(of, { nil: undefined, freq })
const stepsWith = (plans: readonly number[], earliest_h: number): fc.Arbitrary<Step[]> => {
  const step: fc.Arbitrary<Step> = fc.record({
    hours: fc.constantFrom(1, 2, 5, 12, 26, 40, 80),
    every_min: fc.constantFrom(7, 20, 45, 100),
    silent: rarely(fc.subarray(['a', 'b']), 1),
    late: rarely(fc.array(late, { minLength: 1, maxLength: 6 }), 1),
    jump_h: fc.option(fc.integer({ min: earliest_h, max: 200 }), { nil: undefined, freq: 8 }),
    plan: fc.option(fc.constantFrom(...plans), { nil: undefined, freq: 6 }),
    trouble: rarely(trouble, 1),
  })
  return fc.array(step, { minLength: 3, maxLength: 14 })
}

/**
 * A tier comes with a new zone at the moment at which readings go; a zone goes and comes back; what a device says first
 * after a silence is suspect.
 */
const BEFORE: [Step[], number][] = [
  [
    [
      { hours: 1, every_min: 7 },
      { hours: 40, every_min: 7, jump_h: 28, plan: 2 },
      { hours: 12, every_min: 7 },
      { hours: 1, every_min: 7, plan: THREE_TIERS },
      { hours: 1, every_min: 7 },
    ],
    0,
  ],
  [
    [
      { hours: 26, every_min: 7, plan: THREE_TIERS },
      { hours: 1, every_min: 7, plan: 0, jump_h: 47 },
      { hours: 1, every_min: 7, plan: THREE_TIERS },
    ],
    0,
  ],
  [
    [
      { hours: 5, every_min: 20 },
      { hours: 1, every_min: 45 },
      { hours: 80, every_min: 45 },
      { hours: 1, every_min: 7, jump_h: 71 },
      { hours: 1, every_min: 7 },
      { hours: 1, every_min: 7 },
    ],
    355_983_773,
  ],
]

async function play(given: readonly Step[], seed: number): Promise<void> {
  const story = new RetentionStory(PLANS[0], seed)
  for (const each of given) {
    if (each.plan !== undefined) story.plan(PLANS[each.plan] ?? PLANS[0])
    if (each.jump_h !== undefined) story.jump(each.jump_h * HOUR)
    story.live(each.hours * HOUR, each.every_min * MINUTE, each.silent ?? [])
    for (const { device: id, ago_h, power_w } of each.late ?? []) story.late(id, ago_h * HOUR, power_w)
    await story.run(each.trouble)
    story.assertNothingLost()
  }
  story.live(2 * DAY, 20 * MINUTE, [])
  await story.run()
  await story.run()
  story.assertTruth()
}

const RUNS = Number(process.env.PROPERTY_RUNS ?? 10)

describe('Whatever fails, comes late or is killed, in whatever order', () => {
  const told = (stories: fc.Arbitrary<Step[]>) =>
    fc.assert(fc.asyncProperty(stories, fc.nat(), play), { numRuns: RUNS, examples: BEFORE, endOnFailure: true })

  it('every bucket is raw, or rolled up and verified; in the end rows tell what all readings tell, however the clock is set', () =>
    told(stepsWith([0, 1, 2, 3], -30))).timeout(RUNS * 10_000)

  // Where the clock is set back while a tier is away, its old rows end where no finer ones do: nothing can mend them.
  it('and however tiers come and go', () => told(stepsWith([0, 1, 2, THREE_TIERS], 0))).timeout(RUNS * 10_000)
})
