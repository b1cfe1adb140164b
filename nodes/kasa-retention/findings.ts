import type { RetentionReport } from '../../src/retention/retention-report'

/** Puts what a person should know into the log: each sentence once, and again when it has been gone in between. */
export class Findings {
  private told: readonly string[] = []

  constructor(private readonly warn: (text: string) => void) {}

  read({ dry, findings }: Pick<RetentionReport, 'dry' | 'findings'>): void {
    // A dry run has its reader already.
    if (dry) return
    for (const finding of findings) if (!this.told.includes(finding)) this.warn(finding)
    this.told = findings
  }
}
