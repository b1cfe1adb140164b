import { percentile, round } from '../support/statistics'
import { QUESTION_NAMES, type QuestionName } from './questions'

export interface Answers {
  readonly requests: number
  readonly failures: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

export interface Asked {
  readonly all: Answers
  readonly by_question: Readonly<Record<string, Answers>>
  /** How failures showed: a status, `late`, or `no answer`. */
  readonly failures: Readonly<Record<string, number>>
  /** The longest time that the clients themselves stood still: the machine had no core for them, or they had too much to do. */
  readonly clients_stall_ms: number
}

class Counted {
  failures = 0
  /** Of what went well: 8 bytes each, because there may be millions. */
  readonly durations_ms: number[] = []
}

/** Counts what became of requests. */
export class Tally {
  private readonly counted = new Map(QUESTION_NAMES.map((name) => [name, new Counted()]))
  private readonly failures = new Map<string, number>()

  /** @param outcome the status, or how there was none */
  add(question: QuestionName, outcome: number | string, duration_ms: number): void {
    const counted = this.counted.get(question)
    if (outcome === 200) {
      counted?.durations_ms.push(duration_ms)
      return
    }
    if (counted) counted.failures++
    const name = String(outcome)
    this.failures.set(name, (this.failures.get(name) ?? 0) + 1)
  }

  asked(clients_stall_ms: number): Asked {
    const each = [...this.counted]
    return {
      all: answersOf(each.map(([, counted]) => counted)),
      by_question: Object.fromEntries(each.map(([name, counted]) => [name, answersOf([counted])])),
      failures: Object.fromEntries(this.failures),
      clients_stall_ms: round(clients_stall_ms, 1),
    }
  }
}

function answersOf(all: readonly Counted[]): Answers {
  const durations = all.flatMap(({ durations_ms }) => durations_ms)
  const failures = all.reduce((sum, counted) => sum + counted.failures, 0)
  const at = (percent: number) => round(percentile(durations, percent), 1)
  const requests = durations.length + failures
  return { requests, failures, p50_ms: at(50), p95_ms: at(95), p99_ms: at(99), max_ms: at(100) }
}
