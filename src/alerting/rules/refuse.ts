import { invalid } from '../../domain/errors'

/** @throws MonitorError `CONFIG_INVALID` naming the path, the value and what is allowed */
export function refuse(path: string, value: unknown, range: string): never {
  throw invalid('CONFIG_INVALID', path, value, range)
}
