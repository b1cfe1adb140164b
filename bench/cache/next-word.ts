import { once } from 'node:events'

/** Says something to the parent process, and waits for its next word. */
export async function nextWord(said: string): Promise<void> {
  const word = once(process, 'message')
  process.send?.(said)
  await word
}
