import type { NodeAPI } from 'node-red'
import type { Cache } from '../../src/cache/cache'
import { atMostEvery } from '../shared/at-most-every'
import type { Message, Send } from '../shared/input'
import { register } from '../shared/register'
import { CacheStatusLine } from './cache-status-line'
import { schema } from './kasa-cache.schema'
import { find } from './operations/find'
import { get } from './operations/get'
import { remove } from './operations/remove'
import { set } from './operations/set'
import { statistics } from './operations/statistics'
import type { Outcome, Workplace } from './operations/workplace'
import { Waiting } from './waiting'

const STATUS_EVERY_MS = 1000

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ settings, scope, status, input, service }) => {
    const cache = service<Cache>('store')
    const waiting = new Waiting()
    scope.own(() => waiting.close())
    const place: Workplace = {
      cache,
      settings,
      waiting,
      read: (message) => RED.util.getMessageProperty(message, settings.property) as unknown,
      write: (message, value) => void RED.util.setMessageProperty(message, settings.property, value, true),
      copy: (value) => RED.util.cloneMessage(value as never),
    }
    const run = (message: Message, send: Send): Outcome | Promise<Outcome> => {
      switch (settings.operation) {
        case 'get':
          return get(place, message, send)
        case 'find':
          return find(place, message, send)
        case 'set':
          return set(place, message, send)
        case 'delete':
        case 'delete-matching':
        case 'delete-tagged':
          return remove(place, settings.operation, message, send)
        case 'statistics':
          return statistics(place, message, send)
      }
    }
    const line = new CacheStatusLine(cache, waiting)
    const show = atMostEvery(STATUS_EVERY_MS, scope, () => status.show(...line.now()))
    scope.own(cache.watch(show))
    show()
    input(async (message, send) => {
      line.count(await run(message, send))
      show()
    })
  })
