import { readdirSync, readFileSync } from 'node:fs'

/** CPU of all threads of a process so far, as the scheduler of Linux counts it. Threads that have ended are missing. */
export function cpuOf_us(pid: number): number {
  const threads = `/proc/${pid}/task`
  return readdirSync(threads).reduce((sum, thread) => sum + cpuOfThread_us(`${threads}/${thread}/schedstat`), 0)
}

function cpuOfThread_us(file: string): number {
  try {
    return Number(readFileSync(file, 'latin1').split(' ')[0]) / 1000
  } catch {
    // It has ended since.
    return 0
  }
}

/** Memory that a process holds. */
export function memoryOf_mb(pid: number): number {
  const [, kb = NaN] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kb) / 1024
}

/** Files, sockets and pipes that a process has open. */
export function handlesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}
