import type { Node } from 'node-red'
import type { Clock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import type { BrokerStatus } from '../../src/mqtt/broker'
import { Seldom } from '../shared/seldom'

/** Puts into the log that the broker has gone, and that it is back. */
export class BrokerNews {
  private readonly seldom: Seldom
  private isTold = false

  constructor(
    private readonly log: Pick<Node, 'log' | 'warn'>,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.seldom = new Seldom(clock)
  }

  /** A trouble has begun. */
  tell({ message }: MonitorError): void {
    const line = this.seldom.pass(message)
    if (line === undefined) return
    this.isTold = true
    this.log.warn(line)
  }

  /** To be called when the status may have changed. */
  follow({ state }: BrokerStatus): void {
    if (state !== 'open' || !this.isTold) return
    this.isTold = false
    this.log.log('The broker is back')
  }
}
