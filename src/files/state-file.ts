import { open, readFile, rename, rm } from 'node:fs/promises'
import { MonitorError, toMonitorError } from '../domain/errors'

const LONGEST_FILE_BYTES = 64 * 1024 * 1024

export interface StateFileOptions {
  /** Absent: nothing is kept. */
  readonly file: string | undefined
  /** What it holds, in words: `totals`. */
  readonly content: string
  /** What went wrong with the file; work goes on. */
  readonly report: (error: MonitorError) => void
}

/** One file that outlives a restart: the old one or the new one, whenever the power goes. */
export class StateFile {
  private file: string | undefined
  private failing = false
  private writing: Promise<boolean> = Promise.resolve(true)

  constructor(private readonly options: StateFileOptions) {
    this.file = options.file
  }

  /** False where there is none, and where it cannot be read or set aside. */
  get isKept(): boolean {
    return this.file !== undefined
  }

  /**
   * @param parse throws where the text is none of ours: a damaged or foreign file is set aside and reported, never
   * overwritten
   */
  async read<Content>(parse: (text: string) => Content): Promise<Content | undefined> {
    if (this.file === undefined) return undefined
    let text: string
    try {
      text = await readBounded(this.file)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') this.giveUp(`${this.file} cannot be read`, thrown)
      return undefined
    }
    try {
      return parse(text)
    } catch (thrown) {
      await this.setAside(this.file, thrown)
      return undefined
    }
  }

  /** One at a time; `serialise` is called when it is its turn. Never rejects. @returns whether it is on disk */
  write(serialise: () => string): Promise<boolean> {
    this.writing = this.writing.then(() => this.replace(serialise))
    return this.writing
  }

  /** Nothing is being written. */
  async idle(): Promise<void> {
    await this.writing
  }

  /** A fault is reported when it begins. */
  private async replace(serialise: () => string): Promise<boolean> {
    if (this.file === undefined) return true
    try {
      const text = serialise()
      // A character may take more than a byte; what is longer could not be read again.
      if (Buffer.byteLength(text) > LONGEST_FILE_BYTES) {
        throw new MonitorError('DATABASE_FULL', `${this.file}: too many ${this.options.content} to be kept`)
      }
      await replaceFile(this.file, text)
      this.failing = false
      return true
    } catch (thrown) {
      if (!this.failing) this.options.report(toMonitorError(thrown, 'DATABASE_UNAVAILABLE'))
      this.failing = true
      return false
    }
  }

  private async setAside(file: string, cause: unknown): Promise<void> {
    const { content, report } = this.options
    try {
      await rename(file, `${file}.damaged`)
    } catch (thrown) {
      this.giveUp(`${file} holds no ${content} and cannot be renamed`, thrown)
      return
    }
    const message = `${file} holds no ${content}; it was renamed to ${file}.damaged, and they begin anew`
    report(new MonitorError('DATABASE_INVALID', message, { cause }))
  }

  private giveUp(fault: string, cause: unknown): void {
    const { content, report } = this.options
    this.file = undefined
    report(new MonitorError('DATABASE_UNAVAILABLE', `${fault}; ${content} are not kept`, { cause }))
  }
}

async function readBounded(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    return size > LONGEST_FILE_BYTES ? '' : await readFile(handle, 'utf8')
  } finally {
    await handle.close()
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}
