import { setTimeout as wait } from 'node:timers/promises'
import type { Reading } from '../domain/reading'
import { toMonitorError } from '../domain/errors'
import type { Connection, PollOutcome, Session } from '../integrations/integration'
import type { PollInvocation } from './invocation'
import { outletId, outletsOf } from './outlets'
import type { Output } from './output'
import { readingTable } from './reading-table'
import { reportError } from './report-error'

/**
 * Polls every host as often as asked. A host that fails is reported and asked again in the next round.
 * @returns whether every poll succeeded
 */
export async function poll(
  invocation: PollInvocation,
  session: Session,
  output: Output,
  signal: AbortSignal,
): Promise<boolean> {
  const { hosts, outlet, json, count, interval_s } = invocation
  const readers = hosts.map((host) => readerOf(session.connect({ host }), outlet))
  let succeeded = true
  for (let round = 1; round <= count; round++) {
    const results = await Promise.allSettled(readers.map((read) => read()))
    if (signal.aborted) break
    const readings = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    if (json) for (const reading of readings) output.line(JSON.stringify(reading))
    else if (readings.length > 0) for (const line of readingTable(readings)) output.line(line)
    results.forEach((result, index) => {
      if (result.status === 'rejected') reportError(output, toMonitorError(result.reason), hosts[index])
    })
    succeeded &&= results.every((result) => result.status === 'fulfilled')
    if (round < count) await wait(interval_s * 1000, undefined, { signal }).catch(() => undefined)
    if (round < count && !json) output.line('')
  }
  return succeeded
}

/** Reads a device with its outlets, or the one outlet that is meant; asks once which there are. */
function readerOf(connection: Connection, outlet: string | undefined): () => Promise<readonly Reading[]> {
  let ids: readonly (string | undefined)[] | undefined
  return async () => {
    ids ??=
      outlet === undefined
        ? [undefined, ...outletsOf(await connection.describe())]
        : [await outletId(connection, outlet)]
    const readings = new Map<string, Reading>()
    let isSumDue = false
    for (const id of ids) {
      if (id !== undefined && readings.has(id)) continue
      isSumDue ||= readings.size > 0
      await addReadings(connection, id, readings)
    }
    // A strip knows the sum of its outlets once they have been read.
    if (isSumDue) await addReadings(connection, undefined, readings)
    return [...readings.values()]
  }
}

async function addReadings(
  connection: Connection,
  id: string | undefined,
  readings: Map<string, Reading>,
): Promise<void> {
  for (const reading of (await ask(connection, id)).readings) readings.set(reading.device_id, reading)
}

function ask(connection: Connection, device_id: string | undefined): Promise<PollOutcome> {
  return new Promise((resolve, reject) => {
    connection.poll(device_id, (error, outcome) => {
      if (outcome) resolve(outcome)
      else reject(toMonitorError(error))
    })
  })
}
