import assert from 'node:assert/strict'
import { systemClock, type Clock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import type { Broker, BrokerStatus } from '../../src/mqtt/broker'
import { BrokerLink } from '../../src/mqtt/broker-link'
import { parseMqttSettings } from '../../src/mqtt/mqtt-settings'

const PATIENCE_MS = 20_000

export const WILL = { topic: 'kasa/bridge/state', payload: 'offline', qos: 1 } as const

export interface LinkSettings {
  readonly url: string
  readonly clock?: Clock
  readonly file?: string
  readonly [setting: string]: unknown
}

/** A link, what it reports, and how it is. */
export class WatchedLink {
  readonly reports: MonitorError[] = []
  readonly link: BrokerLink

  constructor({ clock = systemClock, file, ...settings }: LinkSettings) {
    this.link = new BrokerLink({
      settings: parseMqttSettings({ client_id: 'kasa-link', ...settings }),
      will: WILL,
      goodbye: WILL,
      clock,
      random: () => 0,
      report: (error) => this.reports.push(error),
      ...(file !== undefined && { file }),
    })
  }

  /** Open, once `use` has kept and told what it likes. */
  static async open(settings: LinkSettings): Promise<WatchedLink> {
    const watched = new WatchedLink(settings)
    await watched.link.start()
    await watched.becomes('open')
    return watched
  }

  get codes(): readonly string[] {
    return this.reports.map(({ code }) => code)
  }

  becomes(state: BrokerStatus['state']): Promise<void> {
    return statusOf(this.link, (status) => status.state === state)
  }

  /** The broker has all that was to go there. */
  async hasSent(count: number): Promise<void> {
    await eventually(() => this.link.status().published >= count)
  }
}

/** Returns when a status is like that; fails where it never is. */
export async function statusOf(broker: Broker, isMeant: (status: BrokerStatus) => boolean): Promise<void> {
  if (isMeant(broker.status())) return
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      end()
      reject(new assert.AssertionError({ message: `it never came to that: ${JSON.stringify(broker.status())}` }))
    }, PATIENCE_MS)
    const end = broker.watch(() => {
      if (!isMeant(broker.status())) return
      clearTimeout(limit)
      end()
      resolve()
    })
  })
}

/** Returns when something is so that nobody tells of. */
export async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!isSo()) {
    if (performance.now() > deadline) assert.fail('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
