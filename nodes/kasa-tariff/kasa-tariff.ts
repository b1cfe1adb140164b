import type { NodeAPI } from 'node-red'
import { register } from '../shared/register'
import { registerCheckRoute } from './check-route'
import { schema } from './kasa-tariff.schema'
import type { TariffService } from './tariff-service'
import { tariffOf } from './tariff-settings'

export = (RED: NodeAPI): void => {
  registerCheckRoute(RED)
  register(RED, schema, ({ settings, provide }) => {
    const service: TariffService = { tariff: tariffOf(settings) }
    provide(service)
  })
}
