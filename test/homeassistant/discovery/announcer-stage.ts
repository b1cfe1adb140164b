import type { MonitorError } from '../../../src/domain/errors'
import type { Announcement } from '../../../src/homeassistant/discovery/announcement'
import { Announcer } from '../../../src/homeassistant/discovery/announcer'
import { Inventory } from '../../../src/homeassistant/discovery/inventory'
import { parseHomeAssistantOptions } from '../../../src/homeassistant/parse-options'
import { Topics } from '../../../src/homeassistant/topics'
import { FakeClock } from '../../support/fake-clock'
import { FakeBroker, type Retained, type Sent } from './fake-broker'

export interface StageOptions {
  /** Absent: what is announced is forgotten with the process. */
  readonly file?: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly retained?: Retained
  readonly random?: number
}

/** One life of an announcer. */
export class AnnouncerStage {
  readonly reports: MonitorError[] = []
  readonly topics: Topics

  private constructor(
    readonly clock: FakeClock,
    readonly broker: FakeBroker,
    readonly inventory: Inventory,
    readonly announcer: Announcer,
    reports: MonitorError[],
    topics: Topics,
  ) {
    this.reports = reports
    this.topics = topics
  }

  static async begin({ file, options = {}, retained, random = 0 }: StageOptions = {}): Promise<AnnouncerStage> {
    const clock = new FakeClock()
    const broker = new FakeBroker(clock, retained)
    const reports: MonitorError[] = []
    const report = (error: MonitorError) => void reports.push(error)
    const parsed = parseHomeAssistantOptions(options)
    const topics = new Topics(parsed.base_topic, parsed.discovery_prefix)
    const inventory = new Inventory({ file, clock, report })
    await inventory.start()
    const parts = { broker, topics, options: parsed, clock, random: () => random, inventory, report }
    const announcer = new Announcer(parts)
    announcer.start()
    broker.open()
    return new AnnouncerStage(clock, broker, inventory, announcer, reports, topics)
  }

  announce(device_id: string | undefined, announcement: Announcement): void {
    this.announcer.announce(device_id, announcement)
  }

  advance(duration_ms: number): void {
    this.clock.advance(duration_ms)
  }

  async end(): Promise<void> {
    this.announcer.stop()
    await this.inventory.stop()
  }

  get sent(): readonly Sent[] {
    return this.broker.sent
  }

  get topicsSent(): readonly string[] {
    return this.sent.map(({ topic }) => topic)
  }

  /** The components of the newest message to a topic. */
  componentsAt(topic: string): Readonly<Record<string, object>> {
    const payload = this.sent.findLast((message) => message.topic === topic)?.payload
    if (!payload) throw new Error(`nothing was announced at ${topic}`)
    return (JSON.parse(payload) as { components: Record<string, object> }).components
  }
}
