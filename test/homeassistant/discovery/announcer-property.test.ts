import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import type { Platform } from '../../../src/homeassistant/entities/component'
import type { Topics } from '../../../src/homeassistant/topics'
import { announcementOf, entityOf } from './announcements'
import { AnnouncerStage } from './announcer-stage'
import { HomeModel } from './home-model'

const DEVICES = ['A', 'B', undefined] as const
const IDS = ['power', 'main', 'led'] as const
const PLATFORMS: readonly Platform[] = ['sensor', 'switch', 'button']
const LONG_MS = 60_000

type Step =
  | {
      readonly do: 'announce'
      readonly device: number
      readonly entities: readonly [number, number][]
      readonly name: string
    }
  | { readonly do: 'remove'; readonly device: number }
  | { readonly do: 'birth' }
  | { readonly do: 'close' }
  | { readonly do: 'open' }
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'restart'
      readonly discovery: string
      readonly base_topic: string
      readonly discovery_prefix: string
    }

const device = fc.nat({ max: DEVICES.length - 1 })
const entities = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })), { maxLength: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('announce'), device, entities, name: fc.constantFrom('x', 'y') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove'), device }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('birth', 'close', 'open') }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat({ max: 9000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('restart'),
      discovery: fc.constantFrom('device', 'single', 'off'),
      base_topic: fc.constantFrom('kasa', 'kasa', 'my/kasa'),
      discovery_prefix: fc.constantFrom('homeassistant', 'homeassistant', 'ha'),
    }),
  },
) as fc.Arbitrary<Step>

describe('Announcer, whatever happens', function () {
  this.timeout(60_000)
  let folder: string
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'announcer-'))))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('in the end Home Assistant has what is announced, and nothing else', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const life = new Life(join(folder, `${run++}.json`))
        await life.begin()
        for (const each of steps) await life.play(each)
        await life.settle()
        assert.deepEqual(life.home.known, life.expected)
      }),
      { numRuns: 400 },
    )
  })
})

/** A bridge over its restarts, and a Home Assistant that has listened all the time. */
class Life {
  readonly home = new HomeModel()
  private readonly retained = new Map<string, string>()
  private readonly wanted = new Map<string | undefined, Extract<Step, { do: 'announce' }>>()
  private settings: Readonly<Record<string, string>> = {}
  private stage!: AnnouncerStage
  private heard = 0

  constructor(private readonly file: string) {}

  async begin(): Promise<void> {
    const { file, retained, settings } = this
    this.stage = await AnnouncerStage.begin({ file, retained, options: settings })
    this.heard = 0
    for (const [device_id, announced] of this.wanted) this.announce(device_id, announced)
  }

  async play(each: Step): Promise<void> {
    const { stage } = this
    if (each.do === 'announce') this.announce(DEVICES[each.device], each)
    else if (each.do === 'remove') this.remove(DEVICES[each.device])
    else if (each.do === 'birth') stage.announcer.birth()
    else if (each.do === 'open') stage.broker.open()
    else if (each.do === 'close') stage.broker.close()
    else if (each.do === 'wait') stage.advance(each.ms)
    else if (each.do === 'restart') await this.restart(each)
    this.listen()
  }

  /** Everything that had to be told is told. */
  async settle(): Promise<void> {
    this.stage.broker.open()
    this.stage.advance(LONG_MS)
    this.listen()
    await this.stage.end()
  }

  get expected(): readonly string[] {
    if (this.settings.discovery === 'off') return []
    const { topics } = this.stage
    const all = [...this.wanted].flatMap(([device_id, announced]) => {
      const { components } = announcementFor(device_id, announced, topics)
      return Object.values(components).map(({ unique_id }) => `${String(unique_id)} ${announced.name}`)
    })
    return all.toSorted()
  }

  private announce(device_id: string | undefined, announced: Extract<Step, { do: 'announce' }>): void {
    this.wanted.set(device_id, announced)
    this.stage.announce(device_id, announcementFor(device_id, announced, this.stage.topics))
  }

  private remove(device_id: string | undefined): void {
    this.wanted.delete(device_id)
    this.stage.announcer.remove(device_id)
    if (device_id !== undefined) this.stage.inventory.forget(device_id)
  }

  private async restart({ do: _, ...settings }: Extract<Step, { do: 'restart' }>): Promise<void> {
    await this.stage.end()
    this.listen()
    this.settings = settings
    await this.begin()
  }

  private listen(): void {
    const { sent } = this.stage
    while (this.heard < sent.length) this.home.take(sent[this.heard++]!)
  }
}

function announcementFor(
  device_id: string | undefined,
  { entities, name }: Extract<Step, { do: 'announce' }>,
  topics: Topics,
) {
  const components = entities.map(([id, platform]) => {
    const key = IDS[id] as string
    return [key, { ...entityOf(PLATFORMS[platform] as Platform, device_id, key, topics), name }] as const
  })
  return announcementOf(device_id, [], { topics, components: Object.fromEntries(components) })
}
