import type { Deployed, DeployedPart } from './deployed'

/** Listens to each part of a kind, those included that come later; returns how to end it. */
export function followParts<Part extends object>(
  parts: Deployed<Part>,
  listen: (part: DeployedPart<Part>) => () => void,
): () => void {
  const heard = new Map<DeployedPart<Part>, () => void>()
  const look = () => {
    const now = new Set(parts.all())
    for (const [part, end] of heard) {
      if (now.has(part)) continue
      heard.delete(part)
      end()
    }
    for (const part of now) if (!heard.has(part)) heard.set(part, listen(part))
  }
  look()
  const endWatch = parts.watch(look)
  return () => {
    endWatch()
    for (const end of heard.values()) end()
    heard.clear()
  }
}
