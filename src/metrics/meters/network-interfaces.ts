/** Since the interface came up. */
export interface InterfaceCounters {
  readonly name: string
  readonly received_bytes: number
  readonly receive_errors: number
  readonly sent_bytes: number
  readonly send_errors: number
}

/** More than any machine has for itself: what comes and goes with containers is not told. */
const MOST = 32
const NOT_TOLD = /^(lo|veth.*)$/

/** Of `/proc/net/dev`: after the name, eight columns of what came and eight of what went. */
export function parseInterfaces(text: string): InterfaceCounters[] {
  const interfaces = text.split('\n').flatMap((line): InterfaceCounters[] => {
    const [, name = '', columns = ''] = /^\s*([^\s:]+):(.*)$/.exec(line) ?? []
    if (name === '' || NOT_TOLD.test(name)) return []
    const numbers = columns.trim().split(/\s+/).map(Number)
    if (numbers.length < 16 || !numbers.every(Number.isFinite)) return []
    const [received_bytes = 0, , receive_errors = 0, , , , , , sent_bytes = 0, , send_errors = 0] = numbers
    return [{ name, received_bytes, receive_errors, sent_bytes, send_errors }]
  })
  return interfaces.slice(0, MOST)
}
