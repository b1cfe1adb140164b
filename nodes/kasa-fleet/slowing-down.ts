import type { Node } from 'node-red'
import type { Fleet } from '../../src/polling/fleet'
import type { Status } from '../shared/status'

/** Polls more slowly while a database asks for it; shows how much, and logs once when it begins and once when it ends. */
export function slowingDown(
  fleet: Pick<Fleet, 'slowDown'>,
  node: Pick<Node, 'log' | 'warn'>,
  status: Pick<Status, 'show' | 'clear'>,
): (slowdown: number) => void {
  let isSlow = false
  return (slowdown) => {
    fleet.slowDown(slowdown)
    if (slowdown > 1) status.show('waiting', `polls ${slowdown} times slower`)
    else status.clear()
    if (isSlow === slowdown > 1) return
    isSlow = slowdown > 1
    if (isSlow) node.warn('Polls are slowed down, because the spool of a database is nearly full')
    else node.log('Polls are no longer slowed down')
  }
}
