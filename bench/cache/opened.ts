import type { Cache } from '../../src/cache/cache'

/** Resolves when its Redis is there. */
export function opened(cache: Cache): Promise<void> {
  return new Promise((resolve) => {
    const stop = cache.watch(look)
    look()
    function look() {
      if (cache.status().redis !== 'open') return
      stop()
      resolve()
    }
  })
}
