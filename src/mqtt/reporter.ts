import type { ErrorCode, MonitorError } from '../domain/errors'

/** Tells of a trouble once, however often it is met until it is over. */
export class Reporter {
  private readonly told = new Set<ErrorCode>()

  constructor(private readonly report: (error: MonitorError) => void) {}

  tell(error: MonitorError): void {
    if (this.told.has(error.code)) return
    this.told.add(error.code)
    this.report(error)
  }

  over(): void {
    this.told.clear()
  }
}
