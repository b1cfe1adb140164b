import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import { KEYS, PATTERNS, TAGS, World, type Member } from './tiered-model'

/** The third remembers next to nothing. */
const BOUNDS = [undefined, undefined, { values: 1, characters: 5, keys: 0, deletions: 1 }]
const RUNS = 1500
const SEARCH_MS = 10_000

interface Step {
  readonly member: number
  readonly what: keyof typeof ACTIONS
  readonly choice: number
  /** Whether promises get their turn before the next step: without it, all of it is one chunk of a socket. */
  readonly turn: boolean
}

type Action = (world: World, member: Member, choice: number) => void
const of = (names: readonly string[], choice: number): string => names[choice % names.length] as string

const ACTIONS = {
  put: (_, member, choice) => member.put(of(KEYS, choice)),
  locate: (world, member, choice) => world.ask(member.locate(of(KEYS, choice))),
  find: (world, member, choice) => world.ask(member.find(of(PATTERNS, choice))),
  delete: (world, member, choice) => {
    const key = of(KEYS, choice)
    world.ask(
      member.delete(
        () => member.level.delete([key]),
        (own) => own === key,
      ),
    )
  },
  deleteMatching: (world, member, choice) => {
    const pattern = of(PATTERNS, choice)
    const matches = (key: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(key)
    world.ask(member.delete(() => member.level.deleteMatching(pattern), matches))
  },
  deleteTagged: (world, member, choice) => {
    const tag = of(TAGS, choice)
    world.ask(
      member.delete(
        () => member.level.deleteTagged(tag),
        (_, entry) => entry.tags.includes(tag),
      ),
    )
  },
  lease: (world, member, choice) => world.ask(member.lease(of(KEYS, choice))),
  commit: (world, member) => world.ask(member.commit()),
  execute: (_, { shared }, choice) => {
    for (let left = choice; left >= 0; left--) shared.execute()
  },
  tell: (world) => world.shared.tell(),
  deliver: (_, { shared }, choice) => {
    for (let left = choice; left >= 0; left--) shared.deliver()
  },
  timeOut: (_, { shared }) => shared.timeOut(),
  disconnect: (_, { shared }, choice) => shared.disconnect(choice),
  connect: (_, member) => member.connect(),
  pass: (world, _, choice) => world.clock.advance(10 * choice),
  expireLeases: (world) => world.shared.expireLeases(),
  flushAll: (world) => world.shared.flushAll(),
} satisfies Record<string, Action>

const WEIGHTS: Readonly<Record<keyof typeof ACTIONS, number>> = {
  ...{ put: 6, locate: 6, find: 2, delete: 2, deleteMatching: 1, deleteTagged: 2, lease: 2, commit: 2 },
  ...{ execute: 8, tell: 4, deliver: 10, timeOut: 2, disconnect: 1, connect: 3, pass: 6, expireLeases: 1, flushAll: 1 },
}

const step: fc.Arbitrary<Step> = fc.record({
  member: fc.nat(BOUNDS.length - 1),
  what: fc.constantFrom(
    ...Object.entries(WEIGHTS).flatMap(([what, weight]) =>
      Array<keyof typeof ACTIONS>(weight).fill(what as keyof typeof ACTIONS),
    ),
  ),
  choice: fc.nat(3),
  turn: fc.boolean(),
})

const steps = fc.array(step, { minLength: 20, maxLength: 150, size: 'max' })

const run = async (world: World, steps: readonly Step[]) => {
  for (const member of world.members) member.connect()
  for (const { member, what, choice, turn } of steps) {
    ACTIONS[what](world, world.members[member % world.members.length] as Member, choice)
    if (turn) await new Promise((resolve) => setImmediate(resolve))
  }
  await world.settle()
}

describe('several caches on one Redis, as a model', () => {
  it('agree with it once all is told, never serve what they know to be changed, and reject nothing', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(steps, async (given) => run(new World(BOUNDS), given)),
      { numRuns: RUNS, interruptAfterTimeLimit: SEARCH_MS },
    )
  })

  it('lose nothing of what the only one of them has changed', async function () {
    this.timeout(60_000)
    const others: ReadonlySet<string> = new Set(['flushAll', 'lease', 'commit'])
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const world = new World([undefined])
        await run(
          world,
          given.filter(({ what }) => !others.has(what)),
        )
        world.compareWithOwn()
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: SEARCH_MS },
    )
  })
})
