import type { Device } from '../../../domain/device'
import { MonitorError } from '../../../domain/errors'
import type { FoundDevice } from '../../integration'
import { xorDialect, type Dialect } from '../dialect'
import { parseObject } from '../json'
import { describeDevices, INTEGRATION } from '../protocols/iot/describe'
import { sysinfoOf } from '../protocols/iot/sysinfo'
import { decrypt } from '../transports/xor-codec'
import { answerOf, type OpenEncrypted } from './tdp-answer'
import { MAXIMUM_TDP_BYTES, parsePacket } from './tdp-frame'

/** An HS300 describes itself in 1.2 KB, and TDP keeps to the same bound; nothing that is larger is read. */
export const MAXIMUM_ANSWER_BYTES = MAXIMUM_TDP_BYTES

/** What one datagram shows of a host. */
export interface Sighting {
  readonly device: FoundDevice
  /** How it says, or shows, that it is spoken to. */
  readonly dialect?: Dialect
}

/**
 * An answer to `get_sysinfo`. The address that it came from counts, whatever it says inside.
 * @throws MonitorError `REPLY_INVALID`, `DEVICE_UNSUPPORTED`
 */
export function xorSighting(bytes: Buffer, host: string): Sighting {
  const device = describeDevices(sysinfoOf(parseObject(decrypt(bytes))), host)[0] as Device
  return { device, dialect: xorDialect() }
}

/**
 * An answer to a TDP probe: without a name, and without the id that the device has in its own replies.
 * @throws MonitorError `REPLY_INVALID`, `DEVICE_UNSUPPORTED`
 */
export function tdpSighting(bytes: Buffer, host: string, open: OpenEncrypted): Sighting {
  const { model, kind, mac, firmware, hardware, dialect, unsupported } = answerOf(parsePacket(bytes).payload, open)
  if (unsupported) throw new MonitorError(unsupported.code, `${model}: ${unsupported.reason}`)
  const device: FoundDevice = {
    ...{ alias: '', model, host, kind, mac, integration: INTEGRATION, features: [] },
    ...(firmware === undefined ? {} : { firmware }),
    ...(hardware === undefined ? {} : { hardware }),
  }
  return { device, ...(dialect ? { dialect } : {}) }
}
