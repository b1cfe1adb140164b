import { MonitorError } from '../../../domain/errors'
import type { Done } from '../link'

/** What a callback tells, as a promise. */
export function promised<Value>(act: (done: Done<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    act((error, value) => {
      if (value === undefined) reject(error ?? new MonitorError('INTERNAL', 'neither error nor value'))
      else resolve(value)
    })
  })
}
