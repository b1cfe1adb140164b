import assert from 'node:assert/strict'
import type { StateChange } from '../../../src/alerting/incidents/incident'
import type { JsonValue } from '../../../src/homeassistant/entities/component'
import { AlertEntities } from '../../../src/homeassistant/alerts/alert-entities'
import { parseStateChange } from '../../../src/homeassistant/alerts/parse-state-change'
import { Inventory } from '../../../src/homeassistant/discovery/inventory'
import { Topics } from '../../../src/homeassistant/topics'
import type { AlertStage } from '../../support/alert-stage'
import { FakeClock } from '../../support/fake-clock'

type Shown = Readonly<Record<string, JsonValue>>

/** What somebody sees of the alerts who looks at the broker. */
export class AlertScreen {
  readonly topics = new Topics('kasa', 'homeassistant')
  /** Retained values by topic. */
  readonly kept = new Map<string, string>()
  /** Events in order: `freezer raised Does not cool`. */
  readonly events: string[] = []
  readonly payloads: Shown[] = []
  /** How long each event waits, so that somebody hears it. */
  readonly waits_ms: number[] = []
  /** The pages that were to be announced anew since it was asked last. */
  readonly touched = new Set<string | undefined>()
  /** Devices that have no page of their own, with their strip. */
  readonly strips = new Map<string, string>()
  readonly clock = new FakeClock()
  published = 0
  entities: AlertEntities
  private inventory: Inventory

  constructor(
    readonly devices: Set<string>,
    private readonly alerts: 'yes' | 'no' = 'yes',
  ) {
    this.inventory = this.newInventory()
    this.entities = this.newEntities()
    this.entities.start()
  }

  /** As messages bring them: as JSON that was parsed. */
  take(change: StateChange): void {
    const parsed = parseStateChange(JSON.parse(JSON.stringify(change)))
    assert.ok(parsed, `${JSON.stringify(change)} is a change`)
    assert.deepEqual(parsed, JSON.parse(JSON.stringify(change)), 'nothing of it is lost')
    for (const home of this.entities.changed(parsed)) this.touched.add(home)
  }

  /** For stories: everything that has been told since it was called last. */
  readonly follow = ({ told }: AlertStage): void => {
    for (const change of told.splice(0)) this.take(change)
    this.settle()
  }

  settle(): void {
    this.clock.advance(1000)
    assert.equal(this.clock.pending, 0)
  }

  /** With what was saved alone, and a broker that has lost everything. */
  restart(): void {
    this.entities.stop()
    const saved = Array.from(this.inventory.records(), ([home, { alerts }]) => [home, alerts] as const)
    this.inventory = this.newInventory()
    for (const [home, alerts] of saved) {
      this.inventory.record(home).alerts = alerts && (JSON.parse(JSON.stringify(alerts)) as JsonValue)
    }
    this.kept.clear()
    this.entities = this.newEntities()
    this.entities.start()
    for (const device_id of this.devices) this.entities.appeared(device_id)
  }

  save(home: string | undefined, alerts: JsonValue): void {
    this.inventory.record(home).alerts = alerts
  }

  saved(home: string | undefined): JsonValue | undefined {
    return this.inventory.record(home).alerts
  }

  shown(topic: string): Shown | undefined {
    const payload = this.kept.get(topic)
    return payload === undefined ? undefined : (JSON.parse(payload) as Shown)
  }

  problem(home: string | undefined): Shown | undefined {
    return this.shown(this.topics.problem(home))
  }

  rule(home: string | undefined, rule_id: string): Shown | undefined {
    return this.shown(this.topics.problem(home, rule_id))
  }

  /** The pages that have a problem: `bridge` and ids. */
  get problems(): string[] {
    const homes = [undefined, ...this.devices].filter((home) => this.problem(home)?.['problem'] === true)
    return homes.map((home) => home ?? 'bridge')
  }

  private newEntities(): AlertEntities {
    const { topics, clock, inventory } = this
    const homeOf = (id: string): string | undefined => this.strips.get(id) ?? (this.devices.has(id) ? id : undefined)
    const homes = { homeOf, all: () => this.devices }
    const broker = {
      keep: ({ topic, payload }: { topic: string; payload: string }) => {
        this.published++
        if (payload === '') this.kept.delete(topic)
        else this.kept.set(topic, payload)
      },
      deliver: ({ topic, payload }: { topic: string; payload: string }, after_ms?: number) => {
        const event = JSON.parse(payload) as Shown
        this.payloads.push(event)
        this.events.push(`${topic.split('/')[1]} ${String(event['event_type'])} ${String(event['rule'])}`)
        this.waits_ms.push(after_ms ?? 0)
      },
    }
    const options = { alerts: this.alerts, silence_min: 60, settle_ms: 2000 }
    return new AlertEntities({ broker, topics, options, clock, inventory, homes })
  }

  private newInventory(): Inventory {
    return new Inventory({ file: undefined, clock: this.clock, report: (error) => assert.fail(error) })
  }
}
