import type { NodeAPI } from 'node-red'
import { invalid } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { DatabaseService } from '../kasa-database/database-service'
import { register } from '../shared/register'
import { schema } from './kasa-write.schema'
import { WriteStatus } from './write-status'

/** How often the node looks whether the database still writes, retries or is full. */
const LOOK_EVERY_MS = 1000

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ scope, status, input, service }) => {
    const database = service<DatabaseService>('database')
    const writeStatus = new WriteStatus(database, status)
    scope.every(LOOK_EVERY_MS, () => writeStatus.look())
    input(async (message) => {
      const readings = readingsOf(message.payload)
      const opened = await database.opened()
      await opened.write(readings)
      writeStatus.show()
    })
  })

/** The database checks each reading. */
function readingsOf(payload: unknown): Reading[] {
  if (Array.isArray(payload)) return payload as Reading[]
  if (typeof payload === 'object' && payload !== null) return [payload as Reading]
  throw invalid('INPUT_INVALID', 'payload', payload, 'a reading or an array of readings')
}
