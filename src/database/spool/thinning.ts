import { setImmediate } from 'node:timers/promises'
import { seriesKeyOf, splitLines, timestampOf } from '../line-protocol/line-splitting'
import { replaceFile, syncFolder, writeFully } from './files'
import { encodeFrames, HEADER_BYTES, type FrameContent } from './frame'
import { Segment } from './segment'
import type { SegmentReader } from './segment-reader'
import type { Segments } from './segments'

const MINUTE_MS = 60_000
/** Between two looks at what else waits. */
const SLICE_LINES = 500
/** Written at once. */
const SLICE_FRAMES = 2000
const SLICE_BYTES = 1024 * 1024
/** Rewriting for less is not worth the wear. */
const SMALLEST_GAIN = 0.1

interface ThinnedFrame {
  readonly accepted_at: number
  /** With their line breaks; those that go are undefined. */
  readonly lines: (Buffer | undefined)[]
}

/**
 * Rewrites a segment that nobody has touched, with the last line of each series and minute. Returns how many lines went; it
 * is marked where nothing more can be gained. @throws what the disk says; then the segment is as before
 */
export async function thin(segments: Segments, reader: SegmentReader, segment: Segment): Promise<number> {
  segment.isThinned = true
  const frames = await readThinned(segments, reader, segment)
  const thinned = new Segment(segment.number)
  const contents: FrameContent[] = []
  for (const [index, frame] of frames.entries()) {
    if (index % SLICE_LINES === 0) await setImmediate()
    const content = contentOf(frame)
    if (content.lines === 0) continue
    contents.push(content)
    thinned.extend(thinned.bytes, content.lines, content.accepted_at)
    thinned.bytes += HEADER_BYTES + content.bytes
  }
  if (thinned.bytes > segment.bytes * (1 - SMALLEST_GAIN)) return 0
  thinned.isThinned = thinned.isClosed = true
  await rewrite(segments, reader, segment.number, contents)
  segments.list = segments.list.map((listed) => (listed === segment ? thinned : listed))
  return segment.lines - thinned.lines
}

async function readThinned(segments: Segments, reader: SegmentReader, segment: Segment): Promise<ThinnedFrame[]> {
  const thinned: ThinnedFrame[] = []
  const latest = new Map<string, { readonly lines: ThinnedFrame['lines']; readonly index: number }>()
  const path = segments.path(segment.number)
  for (let at = 0; at < segment.bytes;) {
    const chunk = await reader.read(path, segment.number, at, segment.bytes)
    let seen = 0
    for (const { start, end, accepted_at, lines: count } of chunk.frames) {
      const lines = splitLines(chunk.buffer.subarray(start, end))
      const frame: ThinnedFrame = { accepted_at, lines }
      thinned.push(frame)
      lines.forEach((line, index) => {
        const key = keyOf(line)
        const earlier = latest.get(key)
        if (earlier) earlier.lines[earlier.index] = undefined
        latest.set(key, { lines: frame.lines, index })
      })
      seen += count
      if (seen >= SLICE_LINES) {
        seen = 0
        await setImmediate()
      }
    }
    at = chunk.to
  }
  return thinned
}

function keyOf(line: Buffer): string {
  return `${seriesKeyOf(line)} ${Math.floor((timestampOf(line) ?? Number.NaN) / MINUTE_MS)}`
}

function contentOf({ lines, accepted_at }: ThinnedFrame): FrameContent {
  const kept = lines.filter((line) => line !== undefined)
  // Latin-1 keeps every byte as it is, and is fast.
  const text = Buffer.concat(kept).toString('latin1')
  return { texts: [text], bytes: text.length, lines: kept.length, accepted_at, isThinned: true }
}

async function rewrite(
  segments: Segments,
  reader: SegmentReader,
  number: number,
  contents: readonly FrameContent[],
): Promise<void> {
  const { files, folder } = segments.options
  const path = segments.path(number)
  await reader.close()
  await replaceFile(files, path, async (file) => {
    let at = 0
    for (const slice of slicesOf(contents)) {
      const buffer = encodeFrames(slice, number, 'latin1')
      await writeFully(file, buffer, at)
      at += buffer.length
    }
  })
  // Whether the old file or the new one is there after a power cut: both are sound.
  await syncFolder(files, folder).catch(() => undefined)
}

function* slicesOf(contents: readonly FrameContent[]): Generator<FrameContent[]> {
  let slice: FrameContent[] = []
  let bytes = 0
  for (const content of contents) {
    slice.push(content)
    bytes += content.bytes
    if (slice.length < SLICE_FRAMES && bytes < SLICE_BYTES) continue
    yield slice
    slice = []
    bytes = 0
  }
  yield slice
}
