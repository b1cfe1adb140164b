import { isObject, type Json } from '../answer'
import { INVALID_PARAMETERS, type SmartReply } from './answer'

const PAGE_SIZE = 10

/** One page of a list, from `start_index` on. */
export function page(key: string, items: readonly unknown[], { start_index }: Json): SmartReply {
  const start = start_index ?? 0
  if (!isIndex(start)) return INVALID_PARAMETERS
  return { [key]: items.slice(start, start + PAGE_SIZE), start_index: start, sum: items.length }
}

/** A page of a recorded list: of the only array that a reply with `sum` has. */
export function recordedPage(recorded: Json, parameters: Json): SmartReply {
  const lists = Object.entries(recorded).filter(([, value]) => Array.isArray(value))
  const [key, items] = lists[0] ?? []
  if (key === undefined || lists.length > 1 || !('start_index' in recorded)) return recorded
  const answered = page(key, items as unknown[], parameters)
  return isObject(answered) ? { ...recorded, ...answered } : answered
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}
