import type { AlertStatus } from '../../src/alerting/alert-engine'
import type { StatusKind } from '../shared/status'

/** What the node shows: what is wrong, else how much it watches. */
type Shown = Pick<AlertStatus, 'firing' | 'pending' | 'watched' | 'severity' | 'waiting'>

export function alertStatus({ firing, pending, watched, severity, waiting }: Shown): [StatusKind, string] {
  const unsent = waiting > 0 ? [`${waiting} to be sent`] : []
  if (firing > 0) {
    const kind = severity === 'critical' ? 'failed' : 'waiting'
    return [kind, [`${firing} firing`, ...(pending > 0 ? [`${pending} pending`] : []), ...unsent].join(', ')]
  }
  if (pending > 0) return ['busy', [`${pending} pending`, ...unsent].join(', ')]
  return ['ready', [`all well, ${watched} watched`, ...unsent].join(', ')]
}
