import { readFile } from 'node:fs/promises'

// Fields 3 and 22 of `/proc/<pid>/stat`, counted after the command's name, which may hold anything: proc_pid_stat(5).
const STATE = 0
const START_TIME = 19
/** It has ended, and nobody has asked for its exit code yet: for ever so in a container whose first process never asks. */
const ENDED = new Set(['Z', 'X'])

/**
 * Which process has this number: the boot and the moment within it at which the process began, because numbers come
 * again, in containers always the same. Undefined where there is none, or the system does not say.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    const started = ENDED.has(fields[STATE] ?? '') ? undefined : fields[START_TIME]
    return started && `${boot.trim()}/${started}`
  } catch {
    return undefined
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
