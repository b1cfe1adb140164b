import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Starts a script of this folder tree and waits for its first message. */
export async function startChild<Hello>(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<{ child: ChildProcess; hello: Hello }> {
  const child = fork(file, args, { execArgv: [...flags] })
  const hello = await nextMessage<Hello>(child)
  return { child, hello }
}

export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const over = new AbortController()
  const ended = once(child, 'exit', over).then(([code]: unknown[]) => {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${String(code)} before it answered`)
  })
  ended.catch(() => undefined)
  const [message] = (await Promise.race([once(child, 'message', over), ended])) as [Message]
  over.abort()
  return message
}

/** Runs a script to its end and returns its one message. */
export async function runChild<Result>(
  file: string,
  args: readonly string[],
  flags?: readonly string[],
): Promise<Result> {
  const { child, hello } = await startChild<Result>(file, args, flags)
  if (child.exitCode === null) await once(child, 'exit')
  return hello
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  await ended
}
