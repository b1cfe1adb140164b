/** Of a byte in a list of numbers: three digits and a comma. */
const JSON_BYTES_PER_BYTE = 4
const BUFFER_FRAME_BYTES = 30
const DATE_BYTES = 26
const BIGINT_BYTES = 20

/**
 * How many bytes of JSON a value makes, in bounded time: what is larger than `limit` gives some number above it. Exact but
 * for characters that JSON escapes, and for what is not JSON. Values that lead back to themselves count as endless.
 */
export function jsonSize(value: unknown, limit: number): number {
  const left: unknown[] = [value]
  let size = 0
  while (left.length > 0 && size <= limit) {
    const next = left.pop()
    if (typeof next !== 'object' || next === null) size += scalarSize(next)
    else if (Array.isArray(next)) size += listSize(next, left, limit - size)
    else if (ArrayBuffer.isView(next)) size += BUFFER_FRAME_BYTES + JSON_BYTES_PER_BYTE * next.byteLength
    else if (next instanceof Date) size += DATE_BYTES
    else size += objectSize(next as Readonly<Record<string, unknown>>, left)
  }
  return size
}

/** Brackets and commas; what is in it is left for later, where that can matter. */
function listSize(list: readonly unknown[], left: unknown[], room: number): number {
  const size = 2 + Math.max(0, list.length - 1)
  if (size <= room) for (const each of list) left.push(each)
  return size
}

/** Braces, commas, keys and colons; the values are left for later. */
function objectSize(object: Readonly<Record<string, unknown>>, left: unknown[]): number {
  let size = 1
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (isAbsent(value)) continue
    size += 2 + textSize(key)
    left.push(value)
  }
  return Math.max(2, size)
}

function scalarSize(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textSize(value)
    case 'number':
      return Number.isFinite(value) ? String(value).length : 4
    case 'boolean':
      return value ? 4 : 5
    case 'bigint':
      return BIGINT_BYTES
    // As null in a list; objects are measured before.
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'object':
      return 4
  }
}

function textSize(text: string): number {
  return Buffer.byteLength(text) + 2
}

/** JSON leaves such properties out. */
function isAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
}
