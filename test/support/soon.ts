const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 100

/** Looks again until nothing is thrown any more; throws what was thrown last where that takes too long. */
export async function soon<Value>(look: () => Value | Promise<Value>, patience_ms = PATIENCE_MS): Promise<Value> {
  for (const limit = Date.now() + patience_ms; ;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > limit) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
