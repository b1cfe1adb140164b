import { MIGRATE_PAYLOAD } from '../../../src/homeassistant/discovery/messages'
import type { Sent } from './fake-broker'

interface Part {
  readonly platform?: string
  readonly unique_id?: string
  readonly name?: string | null
}

/**
 * What a Home Assistant makes of announcements, as far as it matters to who is there: what is left out stays, and an
 * entity of another kind does not replace one.
 */
export class HomeModel {
  /** By topic, component and platform. */
  private readonly entities = new Map<string, Part>()

  take({ topic, payload }: Sent): void {
    if (!topic.endsWith('/config')) return
    if (payload === '' || payload === MIGRATE_PAYLOAD) return this.removeAll(topic)
    const message = JSON.parse(payload) as Part & { components?: Record<string, Part> }
    const [platform = ''] = topic.split('/').slice(-4)
    const parts = message.components ?? { '': { ...message, platform } }
    for (const [id, part] of Object.entries(parts)) {
      const key = `${topic} ${id} ${part.platform ?? ''}`
      if (part.unique_id === undefined) this.entities.delete(key)
      else this.entities.set(key, part)
    }
  }

  /** Unique ids with the names that they have. */
  get known(): readonly string[] {
    return [...this.entities.values()].map(({ unique_id, name }) => `${unique_id} ${name}`).toSorted()
  }

  private removeAll(topic: string): void {
    for (const key of [...this.entities.keys()]) if (key.startsWith(`${topic} `)) this.entities.delete(key)
  }
}
