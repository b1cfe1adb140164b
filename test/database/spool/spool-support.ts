import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/domain/clock'
import type { FakeClock } from '../../support/fake-clock'
import { realFiles, type Files, type SpoolFile } from '../../../src/database/spool/files'
import { Spool, type SpoolBatch, type SpoolOptions } from '../../../src/database/spool/spool'

export const START = Date.UTC(2026, 0, 5)
export const ALL = { lines: 1_000_000, bytes: 64 * 1024 * 1024 }

/** The lines of a series of numbers: device `device` at one line a second. */
export function text(from: number, count = 1, device = 'plug'): string {
  let lines = ''
  for (let index = from; index < from + count; index++) {
    lines += `reading,device_id=${device},model=HS110(EU) n=${index},alias="Kettle" ${START + index * 1000}\n`
  }
  return lines
}

/** The numbers back out of the lines; a line that is not whole throws. */
export function numbers(text: string): number[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const match = /^reading,device_id=\w+,model=HS110\(EU\) n=(\d+),alias="Kettle" (\d+)$/.exec(line)
      if (!match || Number(match[2]) !== START + Number(match[1]) * 1000) throw new Error(`a wrong line: ${line}`)
      return Number(match[1])
    })
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

export function spoolIn(folder: string, options: Partial<SpoolOptions> = {}): Spool {
  return new Spool({
    folder,
    maximum_bytes: 64 * 1024 * 1024,
    maximum_age_days: 14,
    durability: 'each',
    when_full: 'drop-oldest',
    clock: systemClock,
    onLines: () => undefined,
    onChange: () => undefined,
    ...options,
  })
}

/** Takes everything and returns it in order; acknowledges it where that is wanted. */
export async function takeAll(spool: Spool, isAcknowledged = true, limit = ALL): Promise<string> {
  const texts: string[] = []
  for (let batch = await spool.take(limit); batch; batch = await spool.take(limit)) {
    texts.push(textOf(batch))
    if (isAcknowledged) spool.acknowledge(batch)
  }
  return texts.join('')
}

export function textOf(batch: SpoolBatch | undefined): string {
  return batch?.text.toString() ?? ''
}

/** Runs with a started spool of its own, which is stopped and gone in the end. */
export async function withSpool<Result>(
  use: (spool: Spool, folder: string) => Promise<Result>,
  options: Partial<SpoolOptions> = {},
): Promise<Result> {
  return withFolder(async (folder) => {
    const spool = spoolIn(folder, options)
    await spool.start()
    try {
      return await use(spool, folder)
    } finally {
      await spool.stop()
    }
  })
}

export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-spool-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Lets so many seconds go by, and the one spool on that clock do in each what it does every second. */
export async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000)
    await until(() => clock.pending > 0)
  }
}

/** Lets seconds go by until it is so: how many it takes depends on how soon real files have answered. */
export async function passUntil(clock: FakeClock, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await pass(clock, 1)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Waits for real files; a test that waits in vain ends by its time-out. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** Starts a spool on what lies in the folder, uses and stops it. */
export async function reopened<Result>(
  folder: string,
  use: (spool: Spool) => Promise<Result>,
  options: Partial<SpoolOptions> = {},
): Promise<Result> {
  const spool = spoolIn(folder, options)
  await spool.start()
  try {
    return await use(spool)
  } finally {
    await spool.stop()
  }
}

type Operation = 'open' | 'read' | 'write' | 'datasync' | 'rename' | 'unlink'

/** A real disk, which fails as a test says. */
export class FaultyDisk implements Files {
  /** What fails, with which code, for which paths. */
  private readonly faults = new Map<Operation, { readonly code: string; readonly path: RegExp }>()
  /** What `datasync` waits for. */
  gate: Promise<void> | undefined
  readonly done: { readonly operation: Operation; readonly path: string }[] = []

  fail(operation: Operation, code: string, path = /\.log$/): void {
    this.faults.set(operation, { code, path })
  }

  mend(): void {
    this.faults.clear()
  }

  async open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): Promise<SpoolFile> {
    this.check('open', path)
    const file = await realFiles.open(path, flags)
    return {
      read: (buffer, offset, length, position) => {
        this.check('read', path)
        return file.read(buffer, offset, length, position)
      },
      write: async (buffer, offset, length, position) => {
        const fault = this.faults.get('write')
        if (!fault?.path.test(path)) return file.write(buffer, offset, length, position)
        // As a real one, which takes what still fits first.
        if (length > 1) return file.write(buffer, offset, Math.floor(length / 2), position)
        throw failure(fault.code)
      },
      datasync: async () => {
        this.check('datasync', path)
        await this.gate
        await file.datasync()
      },
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      stat: () => file.stat(),
      close: () => file.close(),
    }
  }

  async rename(from: string, to: string): Promise<void> {
    this.check('rename', to)
    await realFiles.rename(from, to)
  }

  async unlink(path: string): Promise<void> {
    this.check('unlink', path)
    await realFiles.unlink(path)
  }

  readdir = realFiles.readdir
  makeFolder = realFiles.makeFolder
  touch = realFiles.touch

  private check(operation: Operation, path: string): void {
    this.done.push({ operation, path })
    const fault = this.faults.get(operation)
    if (fault?.path.test(path)) throw failure(fault.code)
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as the test says`), { code })
}
