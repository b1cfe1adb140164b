import type { Node } from 'node-red'
import type { AlertCommand } from '../../src/alerting/alert-command'
import type { Command } from '../../src/domain/command'
import type { WiredMessage } from '../../src/mqtt/wired-broker'
import type { Message } from '../shared/input'

/** The ports of the node, and what their messages look like. */
export class Outputs {
  constructor(private readonly node: Pick<Node, 'send'>) {}

  /** As a core `mqtt out` takes it. */
  mqtt(message: WiredMessage): void {
    this.send(0, { ...message })
  }

  /** As `kasa-command` takes it. */
  command(device_id: string, { name, ...parameters }: Command): void {
    this.send(1, { topic: device_id, payload: { command: name, ...parameters } })
  }

  /** As `kasa-alert` takes it. */
  alert({ command, ...payload }: AlertCommand): void {
    this.send(2, { command, payload })
  }

  private send(port: 0 | 1 | 2, message: object): void {
    this.node.send([0, 1, 2].map((each) => (each === port ? (message as Message) : null)))
  }
}
