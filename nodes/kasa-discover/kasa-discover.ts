import type { NodeAPI } from 'node-red'
import { MonitorError } from '../../src/domain/errors'
import type { Finding } from '../../src/integrations/integration'
import type { Fleet } from '../../src/polling/fleet'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { schema } from './kasa-discover.schema'
import { messageTargets } from './message-targets'

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, service, status, input, report }) => {
    const fleet = service<Fleet>('fleet')
    const closing = new AbortController()
    scope.own(() => closing.abort())
    let searching = false

    const search = async (targets: readonly string[] | undefined, tell: (message: Message) => void) => {
      if (searching) throw new MonitorError('QUEUE_FULL', 'a search is running already')
      searching = true
      status.show('busy', 'looking')
      const count = { devices: 0, unsupported: 0 }
      const onFinding = (finding: Finding) => {
        count[finding.supported ? 'devices' : 'unsupported']++
        tell(messageOf(finding))
      }
      try {
        await fleet.discover(onFinding, { signal: closing.signal, ...(targets ? { targets } : {}) })
      } finally {
        searching = false
      }
      status.show('ready', `${count.devices} found, ${count.unsupported} unsupported`)
      if (settings.end_message) tell({ topic: 'discovery', complete: count } as unknown as Message)
    }

    input((message, send) => {
      const targets = settings.targets_from_message ? messageTargets(message.targets) : undefined
      return search(targets, (found) => send({ ...RED.util.cloneMessage(message), ...found }))
    })

    const searchByItself = () => (searching ? undefined : search(undefined, (found) => node.send(found)).catch(report))
    if (settings.every_min > 0) {
      scope.timeout(searchByItself, 0)
      scope.every(settings.every_min * 60_000, searchByItself)
    }
  })

function messageOf(finding: Finding): Message {
  const payload = finding.supported
    ? { supported: true, ...finding.device, ...(finding.port === undefined ? {} : { port: finding.port }) }
    : { supported: false, host: finding.host, reason: finding.reason, code: finding.code }
  return { topic: topicOf(finding), payload } as unknown as Message
}

/** Newer devices tell their id only to whoever logs in, their MAC to everybody. */
function topicOf(finding: Finding): string {
  if (!finding.supported) return finding.host
  const { device_id, mac, host } = finding.device
  return device_id ?? mac ?? host
}
