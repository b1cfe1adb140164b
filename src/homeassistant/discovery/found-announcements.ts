import type { ReceivedMessage } from '../../mqtt/broker'
import { MOST_DEVICES } from '../known-devices'
import type { Topics } from '../topics'
import { isPlatform } from './check-component'
import type { Announced, Form } from './device-record'
import { ORIGIN } from './origin'
import { asRecord } from './rules/fields'
import { platformsIn } from './saved-inventory'

type Given = Readonly<Record<string, unknown>>

/**
 * What the broker has of our announcements although the inventory knows nothing of them: it was lost. It serves when the
 * device is announced; what is of no device of ours may be of another instance with the same base topic, and is left alone.
 */
export class FoundAnnouncements {
  /** By node id, of each form. */
  private readonly found: Readonly<Record<Form, Map<string, Announced>>> = { device: new Map(), single: new Map() }

  constructor(
    private readonly topics: Topics,
    /** Those that the inventory knows. */
    private readonly known: ReadonlySet<string>,
  ) {}

  take({ topic, payload }: ReceivedMessage): void {
    const given = parse(payload)
    const [node_id] = listOf(asRecord(given?.device)?.identifiers)
    if (!given || typeof node_id !== 'string' || this.known.has(node_id)) return
    if (asRecord(given.origin)?.name !== ORIGIN.name) return
    if (topic === this.topics.deviceDiscovery(node_id)) this.takeDevice(node_id, given)
    else this.takeSingle(node_id, topic)
  }

  /** Once. @param form that it is announced in now: what was announced in the other one has to be migrated */
  takeOut(node_id: string, form: Form): Announced | undefined {
    const { device, single } = this.found
    const other = form === 'device' ? single : device
    const announced = other.get(node_id) ?? this.found[form].get(node_id)
    device.delete(node_id)
    single.delete(node_id)
    return announced
  }

  private takeDevice(node_id: string, { components }: Given): void {
    const there: [string, unknown][] = []
    const gone: [string, unknown][] = []
    for (const [id, component] of Object.entries(asRecord(components) ?? {})) {
      const { platform, ...rest } = asRecord(component) ?? {}
      const list = Object.keys(rest).length > 0 ? there : gone
      list.push([id, platform])
    }
    this.put('device', node_id, platformsIn(Object.fromEntries(there)), platformsIn(Object.fromEntries(gone)))
  }

  private takeSingle(node_id: string, topic: string): void {
    const [platform, , id] = topic.slice(this.topics.prefix.length + 1).split('/')
    const beginning = `${node_id}_`
    if (!isPlatform(platform) || !id?.startsWith(beginning)) return
    const before = this.found.single.get(node_id)?.components ?? []
    const components = platformsIn(Object.fromEntries([...before, [id.slice(beginning.length), platform]]))
    this.put('single', node_id, components, new Map())
  }

  private put(form: Form, node_id: string, components: Announced['components'], gone: Announced['gone']): void {
    const { prefix, base } = this.topics
    const found = this.found[form]
    if (found.size < MOST_DEVICES || found.has(node_id)) found.set(node_id, { form, prefix, base, components, gone })
  }
}

function parse(payload: string): Given | undefined {
  try {
    return asRecord(JSON.parse(payload))
  } catch {
    return undefined
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
