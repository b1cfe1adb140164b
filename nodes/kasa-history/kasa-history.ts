import type { NodeAPI } from 'node-red'
import { resolve } from 'node:path'
import type { Cache } from '../../src/cache/cache'
import { systemClock } from '../../src/domain/clock'
import { parseHistoryQuery } from '../../src/database/history/history-query'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import type { DatabaseService } from '../kasa-database/database-service'
import type { TariffService } from '../kasa-tariff/tariff-service'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { CachedAnswers, DatabaseAnswers } from './answers'
import { energy, energySettings } from './energy'
import { schema } from './kasa-history.schema'
import { backup, health, history, latest, recorded } from './operations'
import { withSettings } from './query'
import { restore } from './restore'

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ settings, status, input, service }) => {
    const store = service<DatabaseService>('database')
    const cache = settings.cache === '' ? undefined : service<Cache>('cache')
    const answers = cache === undefined ? new DatabaseAnswers(store) : new CachedAnswers(cache, store)
    const folder = resolve(RED.settings.userDir ?? '', settings.folder)
    // What is wrong in the dialog shows at deploy, not with the first message.
    const tariff =
      settings.operation === 'energy' && settings.tariff !== '' ? service<TariffService>('tariff').tariff : undefined
    if (settings.operation === 'energy') parseEnergyQuery(energySettings(settings), systemClock.now(), tariff)
    else parseHistoryQuery(withSettings(settings), systemClock.now())

    const run = async (message: Message) => {
      switch (settings.operation) {
        case 'history':
          return history(answers, settings, message, systemClock)
        case 'latest':
          return latest(answers, settings, message, systemClock)
        case 'recorded':
          return recorded(answers, settings, message, systemClock)
        case 'energy':
          return energy(answers, settings, tariff, message, systemClock)
        case 'health':
          return health(await store.opened(), message)
        case 'backup':
          return backup(await store.opened(), store.file, folder, systemClock, message)
        case 'restore':
          return restore(await store.opened(), folder, message)
      }
    }
    input(async (message, send) => {
      status.show('busy', settings.operation)
      status.show('ready', await run(message))
      send(message)
    })
  })
