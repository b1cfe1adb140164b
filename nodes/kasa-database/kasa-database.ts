import type { NodeAPI } from 'node-red'
import { resolve } from 'node:path'
import { MonitorError } from '../../src/domain/errors'
import { SqliteDatabase } from '../../src/database/sqlite/sqlite-database'
import { parseSqliteOptions } from '../../src/database/sqlite/sqlite-options'
import { register } from '../shared/register'
import type { ServiceStatus } from './database-service'
import { schema } from './kasa-database.schema'
import { SharedDatabases } from './shared-databases'

const databases = new SharedDatabases((settings, onStatus) => new SqliteDatabase({ settings, onStatus }))

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, status, provide, report }) => {
    const file = resolve(RED.settings.userDir ?? '', settings.file.trim())
    const { service, release } = databases.acquire(parseSqliteOptions({ ...settings, file }))
    scope.own(async () => {
      const lost = await release()
      if (lost > 0) report(new MonitorError('CLOSED', `${lost} readings could not be written before closing`))
    })

    let failing = false
    const follow = ({ state, code = 'INTERNAL', message = state }: ServiceStatus) => {
      if (state === 'ok') {
        status.show('ready', 'open')
        if (failing) node.log(`${file} is open again`)
      } else if (state !== 'opening' && state !== 'closed') report(new MonitorError(code, message))
      failing = state !== 'ok'
    }
    scope.own(service.watch(follow))
    follow(service.status())
    provide(service)
  })
