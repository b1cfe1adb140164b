import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const CHILD = join(__dirname, 'retaining-child.js')

export interface RetainingOrder {
  /** Of `parseDatabaseSettings`. */
  readonly settings: Readonly<Record<string, string>>
  /** For a spool. */
  readonly folder: string
  /** After all of them are open. */
  readonly wait_ms: number
}

/** A process that has loaded everything, and opens databases when it is told to. */
export class RetainingProcess {
  private readonly child: ChildProcessWithoutNullStreams
  private printed = ''
  private fault = ''

  constructor() {
    this.child = spawn(process.execPath, [CHILD])
    this.child.stdout.on('data', (text: Buffer) => (this.printed += String(text)))
    this.child.stderr.on('data', (text: Buffer) => (this.fault += String(text)))
  }

  /**
   * Retains; is killed so long after it began.
   * @returns of each order, whether all was done by then; and how long it took
   */
  async run(orders: readonly RetainingOrder[], kill_ms: number): Promise<{ isDone: boolean[]; took_ms: number }> {
    const { child } = this
    const ended = once(child, 'close')
    let [timer, began]: [NodeJS.Timeout | undefined, number] = [undefined, 0]
    child.stdout.once('data', () => {
      began = performance.now()
      timer = setTimeout(() => child.kill('SIGKILL'), kill_ms)
    })
    child.stdin.write(JSON.stringify(orders))
    await ended
    clearTimeout(timer)
    const [, ...done] = this.printed.trim().split('\n')
    if (done.length < orders.length && child.signalCode !== 'SIGKILL') {
      throw new Error(`It ended by itself: ${this.fault}`)
    }
    const isDone = orders.map((_, index) => done.includes(String(index)))
    return { isDone, took_ms: performance.now() - began }
  }

  /** Where it was not told to begin. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await ended
  }
}
