import type { Moment, Subject } from '../watching/subject'

/**
 * Whether what has just come says that `subject` is on; undefined: it says nothing of that. A group, whose `on` is a
 * number, is on where that is not 0.
 */
export function toldOn({ event }: Moment, subject: Subject): boolean | undefined {
  if (event !== undefined) {
    return event.event === 'changed' && event.device_id === subject.id ? event.on : undefined
  }
  const { on } = subject.values
  return typeof on === 'number' ? on > 0 : typeof on === 'boolean' ? on : undefined
}
