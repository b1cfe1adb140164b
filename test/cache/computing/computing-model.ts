import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Asked, Cache, Found, Turn } from '../../../src/cache/cache'
import { MonitorError } from '../../../src/domain/errors'
import type { FakeClock } from '../../support/fake-clock'
import { settled } from './caches'

const KEYS = ['a', 'b']
const WAIT_MS = 1000
/** How long what comes too late is still kept. */
const GRACE_MS = 3000

interface Held {
  readonly member: number
  readonly turn: Turn
  readonly since_ms: number
  /** Somebody has set or deleted the key since, or has the turn now. */
  isOver: boolean
}

interface Question {
  readonly since_ms: number
  answers: number
}

/** What was true of a key when it was asked for. */
interface Known {
  readonly values: readonly unknown[]
  /** The newest of any key: what comes later has a greater one. */
  readonly version: number
}

/** Several processes with one Redis, or one without, and what must be true of all they say. */
export class World {
  private readonly questions: Question[] = []
  private held: Held[] = []
  /** What may be found under a key; undefined: nothing. */
  private readonly values = new Map<string, number>()
  /** What has come too late, and may be kept or not. */
  private readonly late = new Map<string, number>()
  private version = 0
  private violation: unknown

  constructor(
    private readonly members: readonly Cache[],
    private readonly clock: FakeClock,
  ) {}

  ask(member: number, key: string): void {
    const question: Question = { since_ms: this.now, answers: 0 }
    this.questions.push(question)
    const known = { values: [this.values.get(key), this.late.get(key)], version: this.version }
    void this.cache(member)
      .ask(key, { wait_ms: WAIT_MS, tags: [`tag of ${key}`] })
      .then((asked) => this.answered(member, key, asked, known))
      .catch((error: unknown) => {
        const code = error instanceof MonitorError ? error.code : undefined
        if (!code || !['CACHE_TIMEOUT', 'CACHE_LOAD_FAILED', 'CLOSED'].includes(code)) this.violation ??= error
      })
      .finally(() => question.answers++)
  }

  async complete(index: number): Promise<void> {
    const held = this.take(index)
    if (!held) return
    const { key } = held.turn
    const version = ++this.version
    const [isLive, isLate] = [this.isLive(held), this.isLate(held)]
    if (isLive) this.values.set(key, version)
    else if (isLate) this.late.set(key, version)
    const kept = await this.cache(held.member).complete(held.turn, version)
    if (kept) assert.ok(isLive || isLate, `${key}: kept although it was over`)
    else assert.ok(!isLive, `${key}: not kept although it was in time`)
    if (this.late.get(key) !== version) return
    if (kept) this.values.set(key, version)
    this.late.delete(key)
  }

  async fail(index: number): Promise<void> {
    const held = this.take(index)
    if (held) await this.cache(held.member).fail(held.turn, new MonitorError('REPLY_TIMEOUT', 'as the test says'))
  }

  set(member: number, key: string): void {
    this.end(key)
    this.late.delete(key)
    this.values.set(key, ++this.version)
    this.cache(member).set(key, this.version, { tags: [`tag of ${key}`] })
  }

  async delete(member: number, key: string, how: 'delete' | 'deleteMatching' | 'deleteTagged'): Promise<void> {
    this.end(key)
    this.values.delete(key)
    this.late.delete(key)
    await this.cache(member)[how](how === 'deleteTagged' ? `tag of ${key}` : key)
  }

  async look(member: number, key: string): Promise<void> {
    const known = { values: [this.values.get(key), this.late.get(key)], version: this.version }
    const found = await this.cache(member).get(key)
    if (found) assert.ok(isTrue(found, known), `${key}: a value that is gone`)
  }

  advance(duration_ms: number): void {
    this.clock.advance(duration_ms)
  }

  /** Nobody waits longer than they said. */
  check(): void {
    if (this.violation) throw this.violation
    for (const { since_ms, answers } of this.questions) {
      assert.ok(answers === 1 || this.now < since_ms + WAIT_MS, 'a question without an answer after its time')
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()))
    await settled()
    assert.ok(this.questions.every(({ answers }) => answers === 1))
    assert.equal(this.clock.pending, 0)
  }

  private answered(member: number, key: string, { found, turn }: Asked, known: Known): void {
    assert.ok(found ?? turn)
    if (found) assert.ok(isTrue(found, known), `${key}: a value that was gone when it was asked for`)
    if (!turn) return
    const other = this.held.find((held) => held.turn.key === key && this.isLive(held))
    assert.equal(other, undefined, `${key}: two have the turn`)
    this.end(key)
    this.held.push({ member, turn, since_ms: this.now, isOver: false })
  }

  private get now(): number {
    return this.clock.monotonic()
  }

  private cache(member: number): Cache {
    return this.members[member % this.members.length] as Cache
  }

  private take(index: number): Held | undefined {
    const held = this.held[index % Math.max(1, this.held.length)]
    this.held = this.held.filter((other) => other !== held)
    return held
  }

  private end(key: string): void {
    for (const held of this.held) if (held.turn.key === key) held.isOver = true
  }

  private isLive({ isOver, since_ms }: Held): boolean {
    return !isOver && this.now < since_ms + WAIT_MS
  }

  private isLate({ isOver, since_ms }: Held): boolean {
    return !isOver && this.now < since_ms + WAIT_MS + GRACE_MS
  }
}

function isTrue({ value }: Found, { values, version }: Known): boolean {
  return values.includes(value) || Number(value) > version
}

export interface Step {
  /** For counterexamples. */
  readonly name: string
  readonly run: (world: World) => void | Promise<void>
}

const key = fc.constantFrom(...KEYS)
const member = fc.nat(1)
const index = fc.nat(3)
const deletion = fc.constantFrom('delete' as const, 'deleteMatching' as const, 'deleteTagged' as const)
const pause_ms = fc.constantFrom(1, 400, 1000, 3000, 8000)

const ask = fc.tuple(member, key).map(([m, k]): Step => ({ name: `${m} asks ${k}`, run: (world) => world.ask(m, k) }))
const look = fc
  .tuple(member, key)
  .map(([m, k]): Step => ({ name: `${m} looks ${k}`, run: (world) => world.look(m, k) }))
const set = fc.tuple(member, key).map(([m, k]): Step => ({ name: `${m} sets ${k}`, run: (world) => world.set(m, k) }))
const remove = fc.tuple(member, key, deletion).map(([m, k, how]): Step => {
  return { name: `${m} ${how} ${k}`, run: (world) => world.delete(m, k, how) }
})
const complete = index.map((i): Step => ({ name: `complete ${i}`, run: (world) => world.complete(i) }))
const fail = index.map((i): Step => ({ name: `fail ${i}`, run: (world) => world.fail(i) }))
const advance = pause_ms.map((ms): Step => ({ name: `${ms} ms`, run: (world) => world.advance(ms) }))

/** Anything that users and time may do. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  ask,
  ask,
  ask,
  complete,
  complete,
  fail,
  set,
  remove,
  look,
  look,
  advance,
)
