import { below, type Complain } from './fault'
import { asRecord, rangeBroken, type Field } from './rules/fields'
import { AVAILABILITY, DEVICE, ORIGIN, type ObjectRules } from './rules/message-rules'

export type Given = Readonly<Record<string, unknown>>

/** Every key has to be known, and its value allowed. */
export function checkObject(given: unknown, rules: ObjectRules, path: string, complain: Complain): void {
  const record = asRecord(given)
  if (record === undefined) return complain(path, given, 'an object')
  for (const key of Object.keys(rules.required)) {
    if (!Object.hasOwn(record, key)) complain(below(path, key), undefined, 'a value: it has to be there')
  }
  for (const [key, value] of Object.entries(record)) {
    const range = rangeOf(key, value, rules)
    if (range !== undefined) complain(below(path, key), value, range)
  }
}

export function checkDevice(given: unknown, path: string, complain: Complain): void {
  checkObject(given, DEVICE, path, complain)
  const { identifiers, connections } = asRecord(given) ?? {}
  const isConnected = Array.isArray(connections) && connections.length > 0
  if (identifiers === undefined && !isConnected) {
    complain(below(path, 'identifiers'), undefined, 'identifiers or connections')
  }
  if (!Array.isArray(connections)) return
  connections.forEach((pair: unknown, index) => {
    const isPair = Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string')
    if (!isPair) complain(`${path}.connections[${index}]`, pair, 'a type and a value')
  })
}

export function checkOrigin(given: unknown, path: string, complain: Complain): void {
  checkObject(given, ORIGIN, path, complain)
}

/** Of a message or a component, wherever it is given. */
export function checkAvailability(given: Given, path: string, complain: Complain): void {
  const { availability } = given
  if (availability === undefined) return
  if (given.availability_topic !== undefined) {
    complain(below(path, 'availability_topic'), given.availability_topic, 'nothing beside availability')
  }
  if (!Array.isArray(availability)) return
  availability.forEach((item: unknown, index) => {
    checkObject(item, AVAILABILITY, below(path, `availability[${index}]`), complain)
  })
}

function rangeOf(key: string, value: unknown, { required, optional }: ObjectRules): string | undefined {
  const field: Field | undefined = own(required, key) ?? own(optional, key)
  return field === undefined ? 'no such key' : rangeBroken(field, value)
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
