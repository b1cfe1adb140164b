import type { Clock } from '../../domain/clock'
import { MonitorError, type ErrorCode } from '../../domain/errors'
import { codeOf } from './files'

/** How long a disk that fails is left alone. */
const REST_MS = 5000
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Why nothing can be written to disk, while it is so. */
export class DiskTrouble {
  private found: { readonly code: ErrorCode; readonly message: string } | undefined
  private retry_at = 0

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    /** There is another reason than before, or none any more. */
    private readonly onChange: () => void,
  ) {}

  get reason(): { readonly code: ErrorCode; readonly message: string } | undefined {
    return this.found
  }

  /** Whether the disk may be tried. */
  get isRested(): boolean {
    return !this.found || this.clock.monotonic() >= this.retry_at
  }

  add(thrown: unknown): void {
    const before = this.found?.code
    this.found = describe(this.folder, thrown)
    this.retry_at = this.clock.monotonic() + REST_MS
    if (this.found.code !== before) this.onChange()
  }

  end(): void {
    if (!this.found) return
    this.found = undefined
    this.onChange()
  }
}

/** As an error for a folder that cannot be used at all. */
export function unusable(folder: string, thrown: unknown): MonitorError {
  if (thrown instanceof MonitorError) return thrown
  return new MonitorError('DATABASE_UNAVAILABLE', `The spool's folder ${folder} cannot be used: ${reasonOf(thrown)}`, {
    cause: thrown,
  })
}

function describe(folder: string, thrown: unknown): { code: ErrorCode; message: string } {
  const kept = 'what comes is kept in memory, within a bound, until it can be'
  if (FULL.has(codeOf(thrown) ?? '')) {
    return { code: 'DATABASE_FULL', message: `The disk of ${folder} is full (${codeOf(thrown)}): ${kept} written` }
  }
  return { code: 'DATABASE_UNAVAILABLE', message: `${folder} cannot be written (${reasonOf(thrown)}): ${kept}` }
}

function reasonOf(thrown: unknown): string {
  return codeOf(thrown) ?? (thrown instanceof Error ? thrown.message : String(thrown))
}
