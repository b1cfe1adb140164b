import { round } from './statistics'

export interface Goal {
  readonly name: string
  readonly measured: number
  readonly limit: number
  /** Whether the measured figure must not exceed the limit (the usual), or must not stay below it. */
  readonly limit_is?: 'maximum' | 'minimum'
}

/** Prints figures beside their limits. Goals inform; they never fail a build, because machines differ. */
export function printGoals(goals: readonly Goal[]): void {
  console.table(
    Object.fromEntries(
      goals.map(({ name, measured, limit, limit_is }) => {
        const isMinimum = limit_is === 'minimum'
        const reached = isMinimum ? measured >= limit : measured <= limit
        const goal = `${isMinimum ? '>=' : '<='} ${limit}`
        return [name, { measured: round(measured, 3), goal, reached: reached ? 'yes' : 'NO' }]
      }),
    ),
  )
}
