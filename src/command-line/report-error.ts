import type { MonitorError } from '../domain/errors'
import { printable, type Output } from './output'

/** One line on the error stream, with the host where the text does not have it. */
export function reportError(output: Output, { code, message }: MonitorError, host?: string): void {
  const where = host === undefined || message.includes(host) ? '' : `${host}: `
  output.error(printable(`${code}: ${where}${message}`))
}
