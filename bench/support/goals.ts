import { round } from './statistics'

export interface Goal {
  readonly name: string
  readonly measured: number
  /** The measured figure must not exceed it. */
  readonly limit: number
}

/** Prints figures beside their limits. Goals inform; they never fail a build, because machines differ. */
export function printGoals(goals: readonly Goal[]): void {
  console.table(
    Object.fromEntries(
      goals.map(({ name, measured, limit }) => [
        name,
        { measured: round(measured, 3), limit, reached: measured <= limit ? 'yes' : 'NO' },
      ]),
    ),
  )
}
