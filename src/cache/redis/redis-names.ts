/** What a name in Redis stands for. */
export interface Named {
  readonly key: string
  readonly of: 'value' | 'lease'
}

const NEVER_PLAIN = /[%{}]/g
const HAS_SUCH = /[%{}]/
const ENCODED = /%(25|7B|7D)/g
const WILD_IN_REDIS = /[*?[\]\\]/g

/** How keys are called in Redis. Everything about one key has the key in braces, so that a cluster keeps it in one place. */
export class RedisNames {
  constructor(private readonly prefix: string) {}

  value(key: string): string {
    return `${this.prefix}e:{${encode(key)}}`
  }

  lease(key: string): string {
    return `${this.prefix}l:{${encode(key)}}`
  }

  /** Where a value waits within a transaction. */
  stage(key: string, token: string): string {
    return `${this.prefix}s:{${encode(key)}}${token}`
  }

  tag(tag: string): string {
    return `${this.prefix}t:${encode(tag)}`
  }

  /** Two in one place of a cluster, to try out whether Redis can be used. */
  trial(token: string): readonly [string, string] {
    return [`${this.prefix}p:{${token}}`, `${this.prefix}p:{${token}}moved`]
  }

  /** What Redis tells the changes of. */
  get tracked(): readonly string[] {
    return [`${this.prefix}e:`, `${this.prefix}l:`]
  }

  /** Undefined: none of ours. */
  parse(name: string): Named | undefined {
    const rest = name.startsWith(this.prefix) ? name.slice(this.prefix.length) : ''
    const [kind, inner] = [rest.slice(0, 3), rest.slice(3, -1)]
    if ((kind !== 'e:{' && kind !== 'l:{') || !rest.endsWith('}') || inner === '') return undefined
    const key = inner.replace(ENCODED, decodeURIComponent)
    return encode(key) === inner ? { key, of: kind === 'e:{' ? 'value' : 'lease' } : undefined
  }

  /** For `SCAN`: names of values, or of values and leases, whose key may match. */
  scan(pattern: string, kinds: 'e' | '[el]'): string {
    const parts = pattern.split(/\*+/).map((part) => encode(part).replace(WILD_IN_REDIS, '\\$&'))
    return `${this.prefix}${kinds}:{${parts.join('*')}}`
  }
}

function encode(text: string): string {
  return HAS_SUCH.test(text) ? text.replace(NEVER_PLAIN, encodeURIComponent) : text
}
