import type { Session } from '../integrations/integration'
import type { CommandInvocation } from './invocation'
import { outletId } from './outlets'
import type { Output } from './output'
import { readingTable } from './reading-table'

/** Prints the state that the device confirmed. */
export async function command(
  { host, outlet, command, json }: CommandInvocation,
  session: Session,
  output: Output,
): Promise<void> {
  const connection = session.connect({ host })
  const device_id = outlet === undefined ? undefined : await outletId(connection, outlet)
  const reading = await connection.command(device_id, command)
  const lines = json ? [JSON.stringify(reading)] : readingTable([reading])
  for (const line of lines) output.line(line)
}
