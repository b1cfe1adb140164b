import type { NodeAPI } from 'node-red'
import { invalid } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
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
      const given = listOf(message.payload)
      const recorded = given.filter(isRecorded)
      const opened = await database.opened()
      if (recorded.length > 0) await opened.writeRecorded(recorded)
      const readings = given.filter((each): each is Reading => !isRecorded(each))
      if (readings.length > 0) await opened.write(readings)
      writeStatus.show()
    })
  })

/** The database checks each of them. */
function listOf(payload: unknown): (Reading | RecordedEnergy)[] {
  if (Array.isArray(payload)) return payload as Reading[]
  if (typeof payload === 'object' && payload !== null) return [payload as Reading]
  throw invalid('INPUT_INVALID', 'payload', payload, 'a reading or an array of readings')
}

/** No reading has the key. */
function isRecorded(given: Reading | RecordedEnergy): given is RecordedEnergy {
  return typeof given === 'object' && given !== null && 'used_kwh' in given
}
