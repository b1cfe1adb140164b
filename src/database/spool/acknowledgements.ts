import { join } from 'node:path'
import { readText, replaceFile, writeFully, type Files } from './files'
import type { Place } from './segments'

const NAME = 'acknowledged.json'
const FORMAT = 'kasa-monitor-spool'

/** The file that says how far everything is acknowledged. Where it is lost, everything is taken again. */
export class Acknowledgements {
  /** No note names a segment beyond it. */
  highest = 0
  private saved = ''
  private readonly path: string

  constructor(
    folder: string,
    private readonly files: Files,
  ) {
    this.path = join(folder, NAME)
  }

  async load(): Promise<Place | undefined> {
    try {
      const { format, segment, offset } = JSON.parse(await readText(this.files, this.path)) as Record<string, unknown>
      if (format !== FORMAT || !isWhole(segment) || !isWhole(offset)) return undefined
      this.highest = segment
      return { segment, offset }
    } catch {
      return undefined
    }
  }

  /** @throws what the disk says */
  async save({ segment, offset }: Place): Promise<void> {
    const text = `${JSON.stringify({ format: FORMAT, segment, offset })}\n`
    if (text === this.saved || (segment === 0 && this.saved === '')) return
    this.highest = Math.max(this.highest, segment)
    await replaceFile(this.files, this.path, (file) => writeFully(file, Buffer.from(text), 0))
    this.saved = text
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
