import type { NodeAPI } from 'node-red'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AlertEngine } from '../../src/alerting/alert-engine'
import { parseAlertCommand } from '../../src/alerting/commands/parse-alert-command'
import { parseRules } from '../../src/alerting/rules/parse-rules'
import { systemClock } from '../../src/domain/clock'
import type { TariffService } from '../kasa-tariff/tariff-service'
import { atMostEvery } from '../shared/at-most-every'
import { deployed } from '../shared/deployed'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { alertOptions } from './alert-settings'
import { alertStatus } from './alert-status'
import { takeContent } from './content'
import { schema } from './kasa-alert.schema'
import { registerRuleRoutes } from './rules-route'
import { MessageOutputs, type Output, OUTPUTS } from './outputs'

const STATUS_EVERY_MS = 1000

export = (RED: NodeAPI): void => {
  registerRuleRoutes(RED)
  register(RED, schema, ({ node, settings, scope, status, service, input, report }) => {
    const folder = join(RED.settings.userDir ?? '.', 'kasa-monitor')
    const tariff = settings.tariff === '' ? undefined : service<TariffService>('tariff').tariff
    const options = { ...alertOptions(settings), tariff }
    const at = (output: Output, message: object) =>
      OUTPUTS.map((name) => (name === output ? (message as Message) : null))
    const engine = new AlertEngine({
      rules: parseRules(settings.rules, 'rules', options.groups, tariff),
      options,
      clock: systemClock,
      file: join(folder, `alerts-${encodeURIComponent(node.id)}.json`),
      outputs: new MessageOutputs((output, message) => node.send(at(output, message))),
    })
    const show = atMostEvery(STATUS_EVERY_MS, scope, () => status.show(...alertStatus(engine.status())))
    scope.own(() => engine.stop())
    scope.own(deployed.alerts.add(node.id, settings.name, engine))
    scope.own(engine.watch(show))
    // Without the folder, nothing outlives a restart; that is no reason not to tell.
    const started = mkdir(folder, { recursive: true })
      .catch(report)
      .then(() => engine.start())
    started.then(show).catch(report)
    input(async (message, send) => {
      await started
      if (typeof message.command !== 'string') return takeContent(engine, message)
      const answer = engine.run(parseAlertCommand(message.command, message.payload, options.groups, tariff))
      send(at('answer', { ...message, payload: answer }))
    })
  })
}
