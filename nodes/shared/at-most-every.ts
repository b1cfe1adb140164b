import type { Scope } from './scope'

/** Runs `act` at the first call, then at most once per period, and once more after the last call. */
export function atMostEvery(period_ms: number, scope: Pick<Scope, 'timeout'>, act: () => void): () => void {
  let resting = false
  let wanted = false
  const run = () => {
    resting = true
    wanted = false
    scope.timeout(() => {
      resting = false
      if (wanted) run()
    }, period_ms)
    act()
  }
  return () => {
    wanted = true
    if (!resting) run()
  }
}
