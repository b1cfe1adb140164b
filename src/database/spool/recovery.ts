import { join } from 'node:path'
import { withFile } from './files'
import { isTorn } from './frame'
import { Segment } from './segment'
import type { Chunk, SegmentReader } from './segment-reader'
import { segmentNumber, type Place, type Segments } from './segments'

const NOTHING: Place = { segment: 0, offset: 0 }

/** Finds what an earlier run left behind. @throws what the disk says where it cannot be read at all */
export async function recover(segments: Segments, reader: SegmentReader, front: Place = NOTHING): Promise<void> {
  const { files, folder } = segments.options
  segments.list = []
  segments.damaged_bytes = 0
  segments.skipNumbers(front.segment)
  const names = await files.readdir(folder)
  // Of rewriting and of notes that a crash has cut off.
  for (const name of names) if (name.endsWith('.new')) await files.unlink(join(folder, name)).catch(() => undefined)
  const numbers = names.map(segmentNumber).filter((number) => number !== undefined)
  for (const number of numbers.sort((a, b) => a - b)) {
    segments.skipNumbers(number)
    const segment = new Segment(number, number === front.segment ? front.offset : 0)
    segment.isClosed = true
    if (number >= front.segment && !(await scan(segments, reader, segment))) continue
    segments.list.push(segment)
  }
  await segments.remove(segments.finished()).catch(() => undefined)
}

/** Whether it could be read; a file that could not is left where it is. */
async function scan(segments: Segments, reader: SegmentReader, segment: Segment): Promise<boolean> {
  let size = 0
  try {
    size = await withFile(
      segments.options.files,
      segments.path(segment.number),
      'r',
      async (file) => (await file.stat()).size,
    )
    segment.bytes = await findFrames(segments, reader, segment, size)
    return true
  } catch {
    segments.addDamage(segment, -1, size)
    return false
  } finally {
    await reader.close()
  }
}

/** Where they end. */
async function findFrames(segments: Segments, reader: SegmentReader, segment: Segment, size: number): Promise<number> {
  const path = segments.path(segment.number)
  for (let at = segment.front; at < size;) {
    const chunk = await reader.read(path, segment.number, at, size)
    if (chunk.frames.length > 0) note(segment, chunk)
    else if (chunk.to < size) segments.addDamage(segment, at, chunk.to - at)
    else {
      if (!isTorn(chunk.buffer, segment.number)) segments.addDamage(segment, at, size - at)
      await withFile(segments.options.files, path, 'r+', (file) => file.truncate(at)).catch(() => undefined)
      return at
    }
    at = chunk.to
  }
  return Math.max(size, segment.front)
}

function note(segment: Segment, { frames, from }: Chunk): void {
  let start = from
  for (const { end, lines, accepted_at, isThinned } of frames) {
    segment.isThinned = isThinned
    segment.extend(start, lines, accepted_at)
    start = from + end
  }
}
