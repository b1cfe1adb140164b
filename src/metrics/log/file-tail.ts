import { open, type FileHandle } from 'node:fs/promises'

const BLOCK_BYTES = 64 * 1024
const NEW_LINE = 0x0a

/** How much may still be read for one answer. */
export interface Allowance {
  bytes: number
}

/**
 * The lines of a file from its end, read in blocks as they are taken. Ends at the file's beginning, or when the allowance is
 * used up. A file that is not there has none; a line longer than a block comes in pieces.
 */
export async function* linesFromEnd(path: string, allowance: Allowance): AsyncGenerator<string> {
  const file = await openIfThere(path)
  if (!file) return
  try {
    yield* linesOf(file, allowance)
  } finally {
    await file.close()
  }
}

async function* linesOf(file: FileHandle, allowance: Allowance): AsyncGenerator<string> {
  let { size: position } = await file.stat()
  let rest: Buffer = Buffer.alloc(0)
  while (position > 0 && allowance.bytes > 0) {
    const length = Math.min(BLOCK_BYTES, position)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position - length)
    // Somebody has made it shorter meanwhile.
    if (bytesRead < length) return
    allowance.bytes -= length
    position -= length
    const seen = Buffer.concat([buffer, rest])
    const begin = position === 0 ? 0 : seen.indexOf(NEW_LINE) + 1
    if (begin > 0 || position === 0) yield* seen.toString('utf8', begin).split('\n').reverse()
    rest = begin === 0 ? seen : seen.subarray(0, begin)
    if (rest.length > BLOCK_BYTES) rest = Buffer.alloc(0)
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
