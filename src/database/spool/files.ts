import { mkdir, open, readdir, rename, unlink, utimes } from 'node:fs/promises'

/** Of an open file, what the spool uses. */
export interface SpoolFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  write(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>
  datasync(): Promise<void>
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  stat(): Promise<{ readonly size: number; readonly mtimeMs: number }>
  close(): Promise<void>
}

/** Of the file system, what the spool uses: tests bring disks that are full, broken or slow. */
export interface Files {
  open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): Promise<SpoolFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  readdir(path: string): Promise<string[]>
  makeFolder(path: string): Promise<void>
  touch(path: string, moment_s: number): Promise<void>
}

export const realFiles: Files = {
  open: (path, flags) => open(path, flags, 0o600),
  rename,
  unlink,
  readdir: (path) => readdir(path),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  touch: (path, moment_s) => utimes(path, moment_s, moment_s),
}

export async function withFile<Result>(
  files: Files,
  path: string,
  flags: 'r' | 'r+' | 'w' | 'wx',
  use: (file: SpoolFile) => Promise<Result>,
): Promise<Result> {
  const file = await files.open(path, flags)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** A disk that is nearly full takes a part first, and refuses the rest. */
export async function writeFully(file: SpoolFile, buffer: Buffer, position: number): Promise<void> {
  for (let at = 0; at < buffer.length;) {
    const { bytesWritten } = await file.write(buffer, at, buffer.length - at, position + at)
    at += bytesWritten
  }
}

/** How many bytes there were. */
export async function readFully(file: SpoolFile, buffer: Buffer, position: number): Promise<number> {
  let at = 0
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, position + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return at
}

/** At most so much is read of a file that should be small. */
const SMALL_BYTES = 64 * 1024

export async function readText(files: Files, path: string): Promise<string> {
  return withFile(files, path, 'r', async (file) => {
    const buffer = Buffer.alloc(SMALL_BYTES)
    return buffer.toString('utf8', 0, await readFully(file, buffer, 0))
  })
}

/** The file is either the old one or the new one, whenever the power goes. */
export async function replaceFile(
  files: Files,
  path: string,
  write: (file: SpoolFile) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.new`
  try {
    await withFile(files, temporary, 'w', async (file) => {
      await write(file)
      await file.datasync()
    })
    await files.rename(temporary, path)
  } catch (thrown) {
    await files.unlink(temporary).catch(() => undefined)
    throw thrown
  }
}

/** Makes what was created, renamed or removed in the folder outlive a power cut. */
export async function syncFolder(files: Files, folder: string): Promise<void> {
  // Windows cannot open a folder, and needs none of this.
  if (process.platform === 'win32') return
  try {
    await withFile(files, folder, 'r', (file) => file.sync())
  } catch (thrown) {
    // Some network file systems do not know it.
    if (codeOf(thrown) !== 'EINVAL') throw thrown
  }
}

export function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException | undefined)?.code
}
