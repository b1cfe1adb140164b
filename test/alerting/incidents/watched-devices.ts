import type { Evidence } from '../../../src/alerting/conditions/condition'
import type { ChangeName, StateChange } from '../../../src/alerting/incidents/incident'
import { IncidentBook } from '../../../src/alerting/incidents/incident-book'
import type { Watched } from '../../../src/alerting/incidents/watched'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import type { Rule } from '../../../src/alerting/rules/rule'
import type { Moment, Subject } from '../../../src/alerting/watching/subject'
import { FakeClock } from '../../support/fake-clock'

const HIGH_POWER = { id: 'power', name: 'High power', condition: { kind: 'above', key: 'power_w', value: 1000 } }

export function ruleOf(written: object = {}): Rule {
  const [rule] = parseRules([{ ...HIGH_POWER, ...written }])
  return rule as Rule
}

/** One rule on one plug, of which a test says what becomes of it. */
export class ToldWatch implements Watched {
  level = 1
  values: Record<string, unknown> = {}
  evidence: () => Evidence = () => ({
    key: 'power_w',
    value: this.values.power_w as number,
    unit: 'W',
    threshold: 1000,
  })

  constructor(
    readonly rule: Rule,
    readonly device_id: string,
    public alias = `Plug ${device_id}`,
  ) {}

  get subject(): Subject {
    const { device_id: id, alias, values } = this
    const unknown = { model: undefined, host: undefined, parent_id: undefined, online: undefined }
    return { id, alias, values, sampled_ms: 0, timestamp: 0, ...unknown }
  }
}

/** A book, what it has told, and watches that tell it what a test says. */
export class Bench {
  readonly clock = new FakeClock()
  readonly told: StateChange[] = []
  book = this.newBook()

  moment(): Moment {
    return { now_ms: this.clock.monotonic(), wall_ms: this.clock.now(), from: undefined, event: undefined }
  }

  say(watch: ToldWatch, change: ChangeName, power_w?: number): void {
    if (power_w !== undefined) watch.values = { power_w }
    this.book.changed(watch, change, this.moment())
  }

  sample(watch: ToldWatch, power_w: number): void {
    watch.values = { power_w }
    this.book.observed(watch)
  }

  /** What has been told since it was last asked: `raised plug`. */
  heard(): string[] {
    return this.told.splice(0).map(({ change, device_id }) => `${change} ${device_id}`)
  }

  /** The process ends and begins again, with what was on disk. @returns how much of that did not fit */
  restart(away_ms = 0, damage: (saved: unknown) => unknown = (saved) => saved): number {
    const saved = damage(JSON.parse(JSON.stringify(this.book.save())))
    this.book.stop()
    this.clock.advance(away_ms)
    this.book = this.newBook(saved)
    return this.dropped
  }

  private dropped = 0

  private newBook(saved?: unknown): IncidentBook {
    const book = new IncidentBook({ clock: this.clock, onChange: (change) => this.told.push(change) })
    this.dropped = book.restore(saved)
    book.start()
    return book
  }
}
