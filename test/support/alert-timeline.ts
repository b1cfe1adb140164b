import assert from 'node:assert/strict'
import type { ErrorCode } from '../../src/domain/errors'
import type { Happening } from './alert-happenings'
import { AlertStage, type Break, type Setting } from './alert-stage'

export * from './alert-happenings'

/**
 * Alerts as a person would tell of them: what happened when, and what was said of it when. A story is played with the real
 * engine, its real file, and a clock that takes no time.
 *
 *   it('tells of a washing machine that takes too much for a minute', () =>
 *     timeline({ rules: [{ name: 'High power', for_s: 60, condition: { kind: 'above', value: 2000 } }] })
 *       .at('10:00', reading('Washer', { power_w: 2100 }))
 *       .at('10:02', reading('Washer', { power_w: 5 }))
 *       .expect(['10:01 raised High power: Washer', '10:02 resolved High power: Washer']))
 *
 * Times are those of the story, `HH:MM` or `HH:MM:SS`: they go on evenly, whatever becomes of the wall clock. The first one
 * that is named is when it begins; one that seems to be earlier than what came before is on the next day. Durations are
 * texts such as `90 s`, `10 min`, `2 h`, `1 d`.
 *
 * What happens: `reading`, `cached`, `event`, `offline`, `online`, `removed`, `unreached`, `measurement`, `command` (see
 * alert-happenings.ts), at one moment with `.at`, some time later with `.after`, again and again with `.every`, or nothing at all,
 * `.until` some moment. `.restart` stops the engine and starts it again from its file, perhaps with other rules; `.crash` does not stop it before; `.clockStep` sets
 * the wall clock; `.doing` is for all else.
 *
 * What was said since it was asked for last, in order: `.expect` for incidents, `.expectSteps` for every change of state, pending and
 * recovering included, `.expectNotified` for what people were told, `.expectWords` for it word for word. An incident that
 * did not end by its condition says why: `10:05 resolved High power: Washer (rule_removed)`. Faults fail the story unless `.expectFailures` names their codes.
 */
export function timeline(setting: Setting): Timeline {
  return new Timeline(setting)
}

type Step = (stage: AlertStage) => void | Promise<void>

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }
const DAY_MS = 86_400_000
/** Of little use to who asks what has become of the incidents. */
const STEPS = / (pending|cancelled|recovering|relapsed) /

/** A story; it is played when it is awaited. */
export class Timeline implements PromiseLike<void> {
  private readonly steps: Step[] = []
  private from_ms: number | undefined
  private now_ms = 0

  constructor(private readonly setting: Setting) {}

  at(time: string, ...happenings: readonly Happening[]): this {
    return this.moveTo(this.momentOf(time), happenings)
  }

  after(duration: string, ...happenings: readonly Happening[]): this {
    return this.moveTo(this.now_ms + msOf(duration), happenings)
  }

  until(time: string): this {
    return this.at(time)
  }

  /** From now on up to a moment, both included. */
  every(duration: string, until: string, ...happenings: readonly Happening[]): this {
    const end_ms = this.momentOf(until)
    for (let at_ms = this.now_ms; at_ms <= end_ms; at_ms += msOf(duration)) this.moveTo(at_ms, happenings)
    return this.moveTo(end_ms, [])
  }

  restart({ away = '0 s', ...others }: { away?: string } & Omit<Break, 'away_ms'> = {}): this {
    const away_ms = msOf(away)
    this.now_ms += away_ms
    return this.step((stage) => stage.restart({ away_ms, ...others }))
  }

  /** A restart that nobody has announced to the engine. */
  crash({ away = '0 s', ...others }: { away?: string } & Omit<Break, 'away_ms'> = {}): this {
    const away_ms = msOf(away)
    this.now_ms += away_ms
    return this.step((stage) => stage.crash({ away_ms, ...others }))
  }

  /** `+1 h`, `-30 min` */
  clockStep(by: string): this {
    return this.step((stage) => stage.jump(msOf(by)))
  }

  /** Anything else: with the engine, the files, or what was told. */
  doing(step: Step): this {
    return this.step(step)
  }

  expect(lines: readonly string[]): this {
    return this.step(({ changes }) => {
      const told = changes.splice(0).filter((line) => !STEPS.test(line))
      assert.deepEqual(told, lines)
    })
  }

  expectSteps(lines: readonly string[]): this {
    return this.step(({ changes }) => assert.deepEqual(changes.splice(0), lines))
  }

  /** The kind of each notification, and what it is about: `10:01 raised High power: Washer, High power: Dryer and 3 more`. */
  expectNotified(lines: readonly string[]): this {
    return this.step(({ notifications }) => assert.deepEqual(notifications.splice(0), lines))
  }

  /** Title and text of each notification: `Washer: High power | Washer draws 2,100 W, over 2,000 W since 10:01.` */
  expectWords(lines: readonly string[]): this {
    return this.step(({ words }) => assert.deepEqual(words.splice(0), lines))
  }

  expectFailures(codes: readonly ErrorCode[]): this {
    return this.step(({ failures }) => {
      const told = failures.splice(0).map(({ code }) => code)
      assert.deepEqual(told, codes)
    })
  }

  then<Kept = void, Caught = never>(
    kept?: ((value: void) => Kept | PromiseLike<Kept>) | null,
    caught?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Promise<Kept | Caught> {
    return this.play().then(kept, caught)
  }

  private async play(): Promise<void> {
    const stage = new AlertStage(this.setting, this.from_ms ?? 0)
    await stage.open()
    try {
      for (const step of this.steps) await step(stage)
      assert.deepEqual(stage.failures, [])
    } finally {
      await stage.close()
    }
  }

  private step(step: Step): this {
    this.steps.push(step)
    return this
  }

  private moveTo(at_ms: number, happenings: readonly Happening[]): this {
    this.from_ms ??= at_ms
    this.now_ms = at_ms
    return this.step((stage) => {
      stage.advanceTo(at_ms)
      for (const happen of happenings) happen(stage)
      // What falls due at this very moment.
      stage.advanceTo(at_ms)
    })
  }

  /** The next moment with this time of day. */
  private momentOf(time: string): number {
    const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(time)
    assert.ok(match, `${time}: a time is such as 10:00 or 10:00:30`)
    const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0))
    const of_day_ms = (hours * 3600 + minutes * 60 + seconds) * 1000
    const days = Math.ceil((this.now_ms - of_day_ms) / DAY_MS)
    return of_day_ms + Math.max(0, days) * DAY_MS
  }
}

/** @param duration such as `10 min`, `+1 h`, `-30 s` */
export function msOf(duration: string): number {
  const match = /^([+-]?\d+(?:\.\d+)?) (s|min|h|d)$/.exec(duration)
  assert.ok(match, `${duration}: a duration is such as 90 s, 10 min, 2 h, 1 d`)
  return Number(match[1]) * (MS_PER_UNIT[match[2] ?? ''] ?? NaN)
}
