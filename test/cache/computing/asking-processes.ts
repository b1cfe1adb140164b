import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { Order, Report } from './asking-process'

export type Answers = Readonly<Record<string, number>>

/** A process with a cache of its own. */
export class AskingProcess {
  /** Keys, as often as each was loaded. */
  readonly loads: string[] = []
  private readonly child: ChildProcess
  private readonly reports = new EventEmitter().setMaxListeners(0)
  private orders = 0

  private constructor(settings: Readonly<Record<string, unknown>>) {
    this.child = fork(join(__dirname, 'asking-process.js'), [JSON.stringify(settings)])
    this.child.on('message', (report: Report) => {
      if ('loading' in report) this.loads.push(report.loading)
      this.reports.emit('report', report)
    })
  }

  /** Connected. */
  static async start(settings: Readonly<Record<string, unknown>>): Promise<AskingProcess> {
    const asking = new AskingProcess(settings)
    await asking.reported((report) => 'ready' in report)
    return asking
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  async ask(order: Omit<Order, 'id'>): Promise<Answers> {
    const id = ++this.orders
    const reported = this.reported((other) => 'id' in other && other.id === id)
    this.child.send({ ...order, id })
    const report = await reported
    return 'answers' in report ? report.answers : {}
  }

  async delete(key: string): Promise<void> {
    await this.ask({ key, count: 0, load_ms: 0 })
  }

  async loading(key: string): Promise<void> {
    if (!this.loads.includes(key)) await this.reported((report) => 'loading' in report && report.loading === key)
  }

  /** Connected to Redis, again. */
  async connected(): Promise<void> {
    await this.reported((report) => 'ready' in report)
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }

  /** Listens from now on: several reports may come in one go. */
  private reported(isMeant: (report: Report) => boolean): Promise<Report> {
    return new Promise((resolve) => {
      const listen = (report: Report) => {
        if (!isMeant(report)) return
        this.reports.off('report', listen)
        resolve(report)
      }
      this.reports.on('report', listen)
    })
  }
}
