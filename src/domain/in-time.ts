import type { Clock } from './clock'
import { within } from './within'

/** What `ask` resolves with; undefined where it fails or takes longer. Never rejects. */
export async function inTime<Answer>(
  clock: Clock,
  limit_ms: number,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  let answer: Answer | undefined
  const answering = async () => (answer = await ask())
  return (await within(clock, limit_ms, answering())) ? answer : undefined
}
