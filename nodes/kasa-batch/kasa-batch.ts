import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { Batcher } from '../../src/serving/batching/batcher'
import { WaitingFile } from '../../src/serving/batching/waiting-file'
import { atMostEvery } from '../shared/at-most-every'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { batchStatus } from './batch-status'
import { isAsked, messageOf, payloadsOf, topicOf } from './content'
import { criticalTest } from './critical'
import { schema } from './kasa-batch.schema'

const STATUS_EVERY_MS = 1000

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, status, input, report }) => {
    const isCritical = criticalTest(RED, settings.critical_property.trim(), settings.critical_value.trim())
    const folder = join(RED.settings.userDir ?? '.', 'kasa-monitor')
    const batcher = new Batcher(settings, systemClock, {
      send: (batch) => node.send(messageOf(batch)),
      changed: () => {
        file.changed()
        show()
      },
    })
    const file = new WaitingFile({
      file: join(folder, `batch-${encodeURIComponent(node.id)}.json`),
      clock: systemClock,
      report,
      isDurable: settings.durable,
      messages: () => batcher.messages(),
    })
    const show = atMostEvery(STATUS_EVERY_MS, scope, () => status.show(...batchStatus(batcher.statistics())))

    // Without the folder, nothing outlives a restart; that is no reason not to gather.
    const restored = mkdir(folder, { recursive: true })
      .catch(report)
      .then(() => file.read())
      .then((kept) => batcher.restore(kept.map((message) => ({ ...message, settle: () => {} }))))
    // Node-RED drops what is sent to a node that it has not made yet, or, while it closes nodes, that it has closed.
    const flowsStarted = new Promise<void>((resolve) => scope.listen(RED.events, 'flows:started', () => resolve()))
    const started = Promise.all([restored, flowsStarted]).then(() => {
      if (!scope.closed) batcher.start()
    })
    scope.own(async () => {
      batcher.hold()
      await restored
      batcher.end(await file.stop())
    })
    show()

    const gather = (message: Message) =>
      new Promise<void>((resolve, reject) => {
        batcher.add(
          {
            topic: topicOf(message.topic),
            payloads: payloadsOf(message.payload),
            came_at: systemClock.now(),
            settle: (error) => (error ? reject(error) : resolve()),
          },
          isCritical(message),
        )
      })
    input(async (message) => {
      if (!isAsked(message.reset) && !isAsked(message.flush)) return gather(message)
      await started
      const topic = topicOf(message.topic) || undefined
      if (isAsked(message.reset)) batcher.reset(topic)
      else batcher.flush(topic)
    })
  })
