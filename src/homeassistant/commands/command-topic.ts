/** Where a command came in. */
export interface CommandTopic {
  /** What stands in the place of a device: see `slugOf`. */
  readonly slug: string
  /** Absent: the payload is JSON of several. */
  readonly key?: string
}

/** Nothing of a topic that takes no commands. */
export function commandTopic(base: string, topic: string): CommandTopic | undefined {
  if (!topic.startsWith(`${base}/`)) return undefined
  const [slug = '', set, key, ...rest] = topic.slice(base.length + 1).split('/')
  if (set !== 'set' || rest.length > 0) return undefined
  return key === undefined ? { slug } : { slug, key }
}
