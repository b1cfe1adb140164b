import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../../domain/clock'
import { type MonitorError, toMonitorError } from '../../domain/errors'
import { LOG_LEVELS, type LogAnswer, type LogLine, type LogQuery } from '../../domain/log-line'
import { type Allowance, linesFromEnd } from './file-tail'
import { lineIn } from './line-in'

export interface LogFileOptions {
  /** The one before it has the same name with `.1`. */
  readonly path: string
  /** From which size on another file is begun. */
  readonly maximum_bytes: number
  readonly clock: Pick<Clock, 'now'>
  /** It cannot be written; told once until it can. */
  readonly report: (error: MonitorError) => void
}

export const LARGEST_FILE_BYTES = 5_000_000
/** Lines that wait for the disk; more than these are left out. */
const MOST_WAITING = 1000
/** For one answer: it is found by its end, and never read as a whole. */
const MOST_READ_BYTES = 2_000_000

/** Lines of JSON in two files of bounded size. A line is on disk soon after it was appended, in order. */
export class LogFile {
  private waiting: string[] = []
  private left_out = 0
  private bytes: number | undefined
  private writing: Promise<void> | undefined
  private isFailing = false

  constructor(private readonly options: LogFileOptions) {}

  append(line: LogLine): void {
    if (this.waiting.length >= MOST_WAITING) return void this.left_out++
    this.waiting.push(textOf(line))
    this.writing ??= this.write().finally(() => (this.writing = undefined))
  }

  /** @throws MonitorError `INTERNAL` where the file cannot be read */
  async query({ level, limit, since = -Infinity, part }: LogQuery): Promise<LogAnswer> {
    await this.settled()
    const severity = LOG_LEVELS.indexOf(level)
    const allowance = { bytes: MOST_READ_BYTES }
    const lines: LogLine[] = []
    for await (const line of this.linesFromEnd(allowance)) {
      if (line.timestamp < since) return { lines, complete: true }
      if (LOG_LEVELS.indexOf(line.level) > severity || (part !== undefined && line.part !== part)) continue
      if (lines.length === limit) return { lines, complete: false }
      lines.push(line)
    }
    return { lines, complete: allowance.bytes > 0 }
  }

  /** Everything that was appended is on disk, or has failed. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing
  }

  private async *linesFromEnd(allowance: Allowance): AsyncGenerator<LogLine> {
    for (const path of [this.options.path, this.previous]) {
      for await (const text of linesFromEnd(path, allowance)) {
        const line = lineIn(text)
        if (line) yield line
      }
    }
  }

  private get previous(): string {
    return `${this.options.path}.1`
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const text = this.waiting.splice(0).join('') + this.leftOut()
      try {
        await this.put(text)
        this.isFailing = false
      } catch (thrown) {
        this.failed(toMonitorError(thrown))
      }
    }
  }

  private async put(text: string): Promise<void> {
    const { path, maximum_bytes } = this.options
    this.bytes ??= await sizeOf(path)
    const bytes = Buffer.byteLength(text)
    if (this.bytes > 0 && this.bytes + bytes > maximum_bytes) {
      await rename(path, this.previous)
      this.bytes = 0
    }
    // It tells who lives there, and when.
    await appendFile(path, text, { mode: 0o600 })
    this.bytes += bytes
  }

  private leftOut(): string {
    const count = this.left_out
    if (count === 0) return ''
    this.left_out = 0
    const message = `${count} lines were left out: they came faster than the disk takes them`
    return textOf({ timestamp: this.options.clock.now(), level: 'warn', part: 'log', event: 'left_out', message })
  }

  private failed(error: MonitorError): void {
    this.bytes = undefined
    if (this.isFailing) return
    this.isFailing = true
    this.options.report(error)
  }
}

function textOf(line: LogLine): string {
  return `${JSON.stringify(line)}\n`
}

async function sizeOf(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true })
  try {
    return (await stat(path)).size
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw thrown
  }
}
