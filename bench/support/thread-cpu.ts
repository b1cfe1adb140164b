import { openSync, readSync } from 'node:fs'

/** Its first number: ns that this thread has had a core, on Linux. */
const SCHEDULER_FILE = '/proc/thread-self/schedstat'
const LONGEST_TEXT = 128

/**
 * CPU of the thread that made it, and of no other: libraries, workers and the collector have threads of their own. Where neither
 * Node.js nor the system tells it, it is that of the whole process.
 */
export class ThreadCpu {
  private readonly file = 'threadCpuUsage' in process ? undefined : openedOnLinux()
  private readonly text = Buffer.alloc(LONGEST_TEXT)

  /** So far. */
  now_ms(): number {
    // Linux brings the scheduler's figures up to date when it is asked for these.
    const { user, system } = this.ofNode()
    if (this.file === undefined) return (user + system) / 1000
    const length = readSync(this.file, this.text, 0, LONGEST_TEXT, 0)
    return Number(this.text.toString('latin1', 0, length).split(' ')[0]) / 1e6
  }

  private ofNode(): NodeJS.CpuUsage {
    // From 22.19 and 23.9 on.
    const { threadCpuUsage } = process as { readonly threadCpuUsage?: () => NodeJS.CpuUsage }
    return threadCpuUsage?.call(process) ?? process.cpuUsage()
  }
}

function openedOnLinux(): number | undefined {
  try {
    return openSync(SCHEDULER_FILE, 'r')
  } catch {
    return undefined
  }
}
