import type { Cache } from '../../cache/cache'
import type { Keep } from '../routing/route'
import { Page, type Content } from './page'

/** Pages whose maker has encoded them already, until the cache is asked for them. */
const MOST_FRESH = 100

/** The pages of what the cache keeps, each encoded once for as long as it is kept. */
export class KeptPages {
  /** By what the cache gives: the same object to all who ask. */
  private readonly pages = new WeakMap<Content, Page>()
  private readonly freshPages = new Map<string, Page>()

  constructor(
    private readonly cache: Pick<Cache, 'lifetimes_ms'>,
    private readonly status_ms: number,
  ) {}

  of(content: Content, key: string, keep: Keep): Page {
    const known = this.pages.get(content)
    if (known) return known
    const fresh = this.freshPages.get(key)
    const page = fresh?.content.body === content.body ? fresh : this.once(content, keep)
    this.freshPages.delete(key)
    this.pages.set(content, page)
    return page
  }

  /** Of what the cache is just given: what it gives back is another object. */
  fresh(content: Content, key: string, keep: Keep): Page {
    const page = this.once(content, keep)
    if (this.freshPages.size >= MOST_FRESH) this.freshPages.clear()
    this.freshPages.set(key, page)
    return page
  }

  /** Of what is not kept. */
  once(content: Content, keep: Keep): Page {
    if (content.status >= 400) return new Page(content, 'no-store')
    return new Page(content, `private, max-age=${Math.floor(this.kept_ms(keep) / 1000)}`)
  }

  kept_ms(keep: Keep): number {
    return keep === 'status' ? this.status_ms : this.cache.lifetimes_ms[keep]
  }
}
