import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Account } from '../../src/simulator'

const SCRIPT = join(process.cwd(), 'test', 'interop', 'python-kasa.py')

export type FeatureValue = string | number | boolean | null | readonly (number | string)[]

export interface PythonDevice {
  readonly alias: string
  readonly model: string
  readonly mac: string
  readonly features: Readonly<Record<string, FeatureValue>>
  readonly children: readonly PythonDevice[]
}

export interface PythonFindings {
  readonly hosts: Readonly<Record<string, PythonFinding>>
  readonly unsupported: readonly string[]
}

export interface PythonFinding {
  readonly family: string
  readonly encryption: string
  readonly login_version: number | null
  readonly https: boolean
}

interface Answer {
  readonly result?: unknown
  readonly error?: string
  readonly message?: string
}

/** What python-kasa raised. */
export class PythonError extends Error {
  constructor({ error, message }: Answer) {
    super(`${error}: ${message}`)
    this.name = error ?? 'Error'
  }
}

/** A process that runs python-kasa, asked one question at a time. */
export class PythonKasa {
  private readonly child: ChildProcessWithoutNullStreams
  private answered: ((line: string | undefined) => void) | undefined

  constructor(python: string) {
    this.child = spawn(python, [SCRIPT])
    this.child.stderr.pipe(process.stderr)
    createInterface({ input: this.child.stdout }).on('line', (line) => this.answered?.(line))
    this.child.on('exit', () => this.answered?.(undefined))
  }

  async stop(): Promise<void> {
    this.child.stdin.end()
    if (this.child.exitCode === null) await once(this.child, 'exit')
  }

  async login({ username, password }: Account): Promise<void> {
    await this.ask({ method: 'login', username, password })
  }

  async discover(target: string, window_s: number): Promise<PythonFindings> {
    return (await this.ask({ method: 'discover', target, window_s })) as PythonFindings
  }

  async read(host: string): Promise<PythonDevice> {
    return (await this.ask({ method: 'read', host })) as PythonDevice
  }

  /** `child`: its place among the children. */
  async change(host: string, feature: string, value: number | boolean, child?: number): Promise<PythonDevice> {
    return (await this.ask({ method: 'change', host, feature, value, child })) as PythonDevice
  }

  private async ask(question: object): Promise<unknown> {
    const line = await new Promise<string | undefined>((resolve) => {
      this.answered = resolve
      this.child.stdin.write(`${JSON.stringify(question)}\n`)
    })
    if (line === undefined) throw new Error('python ended before its answer')
    const answer = JSON.parse(line) as Answer
    if (answer.error !== undefined) throw new PythonError(answer)
    return answer.result
  }
}
