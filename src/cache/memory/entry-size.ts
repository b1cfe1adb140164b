import type { CacheEntry } from '../cache-entry'

/**
 * A value is held as JSON and, once it was asked for, parsed: together that is two to three bytes for a character of readings
 * and rows of history, as measured; five for lists of single digits.
 */
const PER_CHARACTER = 3
const PER_ENTRY = 400
const PER_TAG = 100

/** Bytes that an entry is taken to hold of the memory of Node.js, by the length of its JSON, key and tags. */
export function sizeOf(key: string, entry: CacheEntry): number {
  let characters = key.length + entry.text.length
  for (const tag of entry.tags) characters += tag.length
  return PER_ENTRY + PER_TAG * entry.tags.length + PER_CHARACTER * characters
}
