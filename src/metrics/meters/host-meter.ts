import { readFile, statfs } from 'node:fs/promises'
import { cpus, freemem, loadavg, totalmem } from 'node:os'
import type { Clock } from '../../domain/clock'
import { inTime } from '../../domain/in-time'
import { type InterfaceCounters, parseInterfaces } from './network-interfaces'

export type { InterfaceCounters }

export interface DiskFigures {
  readonly size_bytes: number
  readonly used_bytes: number
  /** To those who are not root. */
  readonly available_bytes: number
}

export interface HostFigures {
  readonly cpus: number
  /** Of all processors together, since the start of the machine. */
  readonly cpu_s: {
    readonly user: number
    readonly nice: number
    readonly system: number
    readonly irq: number
    readonly idle: number
  }
  /** Windows has none. */
  readonly load: number | undefined
  readonly memory: { readonly size_bytes: number; readonly available_bytes: number }
  /** Absent where it does not answer. */
  readonly disk?: DiskFigures
  readonly network: readonly InterfaceCounters[]
}

/** A disk behind a network may hang; nobody waits for it longer. */
const PATIENCE_MS = 500
const NETWORK_FILE = '/proc/net/dev'

/** How the machine does that it runs on. */
export class HostMeter {
  constructor(
    /** Whose disk it is about. */
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<HostFigures> {
    const [disk, network] = await Promise.all([
      inTime(this.clock, PATIENCE_MS, () => diskOf(this.folder)),
      inTime(this.clock, PATIENCE_MS, async () => parseInterfaces(await readFile(NETWORK_FILE, 'utf8'))),
    ])
    const processors = cpus()
    const [load] = loadavg()
    return {
      cpus: processors.length,
      cpu_s: timesOf(processors.map(({ times }) => times)),
      load: process.platform === 'win32' ? undefined : load,
      memory: { size_bytes: totalmem(), available_bytes: freemem() },
      ...(disk && { disk }),
      network: network ?? [],
    }
  }
}

type Times = ReturnType<typeof cpus>[number]['times']

function timesOf(all: readonly Times[]): HostFigures['cpu_s'] {
  const sum = (key: keyof Times) => all.reduce((sum_ms, times) => sum_ms + times[key], 0) / 1000
  return { user: sum('user'), nice: sum('nice'), system: sum('sys'), irq: sum('irq'), idle: sum('idle') }
}

async function diskOf(folder: string): Promise<DiskFigures> {
  const { bsize, blocks, bfree, bavail } = await statfs(folder)
  return { size_bytes: blocks * bsize, used_bytes: (blocks - bfree) * bsize, available_bytes: bavail * bsize }
}
