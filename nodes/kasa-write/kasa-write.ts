import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import type { DatabaseService } from '../kasa-database/database-service'
import { register } from '../shared/register'
import { writeContent } from './content'
import { schema } from './kasa-write.schema'
import { WriteStatus } from './write-status'

/** How often the node looks whether the database still writes, retries or is full. */
const LOOK_EVERY_MS = 1000

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ settings, scope, status, input, service }) => {
    const database = service<DatabaseService>('database')
    const writeStatus = new WriteStatus(database, status)
    scope.every(LOOK_EVERY_MS, () => writeStatus.look())
    input(async (message) => {
      await writeContent(await database.opened(), message, settings.measurement, systemClock.now())
      writeStatus.wrote()
    })
  })
