import type { Link, LinkOptions } from './link'
import { IotLink } from './protocols/iot/iot-link'
import { SmartLink } from './protocols/smart/smart-link'

/** Opens nothing yet. */
export function createLink(options: LinkOptions): Link {
  return options.dialect.protocol === 'iot' ? new IotLink(options) : new SmartLink(options)
}
