import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { NOW } from './scenario'
import type { Target } from './targets'

const CHILD = join(__dirname, 'retaining-child.js')

/** A process that has loaded everything, and opens the database when it is told to. */
export class RetainingProcess {
  private readonly child: ChildProcessWithoutNullStreams
  private printed = ''
  private fault = ''

  constructor({ place, folder }: Target) {
    this.child = spawn(process.execPath, [CHILD, place, folder, String(NOW)])
    this.child.stdout.on('data', (text: Buffer) => (this.printed += String(text)))
    this.child.stderr.on('data', (text: Buffer) => (this.fault += String(text)))
  }

  /**
   * Retains; is killed so long after it began.
   * @returns how long it took, where it had ended before; undefined where it was killed
   */
  async run(kill_ms: number): Promise<number | undefined> {
    const { child } = this
    const ended = once(child, 'close')
    let [timer, began]: [NodeJS.Timeout | undefined, number] = [undefined, 0]
    let took_ms: number | undefined
    child.stdout.on('data', () => {
      if (this.printed.endsWith('done\n')) took_ms = performance.now() - began
      if (timer !== undefined) return
      began = performance.now()
      timer = setTimeout(() => child.kill('SIGKILL'), kill_ms)
    })
    child.stdin.write('begin\n')
    await ended
    clearTimeout(timer)
    if (took_ms === undefined && child.signalCode !== 'SIGKILL') throw new Error(`It ended by itself: ${this.fault}`)
    return took_ms
  }

  /** Where it was not told to begin. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await ended
  }
}
