import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { Clock, Timer } from '../../../domain/clock'
import type { Device } from '../../../domain/device'
import { invalid, MonitorError, toMonitorError } from '../../../domain/errors'
import { parseHost } from '../../targets'
import type { DiscoveryRequest, Finding } from '../../integration'
import { describeDevices } from '../protocols/iot/describe'
import { parseObject } from '../json'
import { SYSINFO_QUERY } from '../protocols/iot/iot-query'
import { sysinfoOf } from '../protocols/iot/sysinfo'
import { decrypt } from '../transports/xor-codec'

/** Findings after which a discovery listens to nobody else. */
export const MAXIMUM_FINDINGS = 256
/** An HS300 describes itself in 1.2 KB; nothing that is larger is read. */
const MAXIMUM_ANSWER_BYTES = 4096
const PROBES_PER_BURST = 64
const BURST_INTERVAL_MS = 10
const REPEATS = { minimum: 1, maximum: 20 } as const
const PREFIX_BYTES = 4
const PROBE = SYSINFO_QUERY.frame.subarray(PREFIX_BYTES)

/** Asks every target who it is, several times over the window, and tells each device at its first answer. Used once. */
export class Discovery {
  private socket: Socket | undefined
  private readonly timers = new Set<Timer>()
  private readonly hosts = new Set<string>()
  private readonly host_of_device = new Map<string, string>()
  private finish: (() => void) | undefined

  constructor(
    private readonly request: DiscoveryRequest,
    private readonly port: number,
    private readonly clock: Clock,
    private readonly window_ms: number,
  ) {
    for (const target of request.targets) parseHost(target, { code: 'CONFIG_INVALID', field: 'targets' })
    const { minimum, maximum } = REPEATS
    if (!Number.isInteger(request.repeats) || request.repeats < minimum || request.repeats > maximum) {
      throw invalid('CONFIG_INVALID', 'repeats', request.repeats, `a whole number from ${minimum} to ${maximum}`)
    }
  }

  run(): Promise<void> {
    const { signal, targets, repeats } = this.request
    if (signal?.aborted || targets.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.finish = resolve
      signal?.addEventListener('abort', this.stop, { once: true })
      this.after(this.window_ms, this.stop)
      const socket = createSocket({ type: 'udp4' })
      this.socket = socket
      socket.on('message', (bytes, from) => this.onMessage(bytes, from))
      socket.on('error', this.stop)
      socket.bind(0, () => {
        if (this.socket !== socket) return
        socket.setBroadcast(true)
        for (let round = 0; round < repeats; round++) {
          this.after((round * this.window_ms) / repeats, () => this.probe(0))
        }
      })
    })
  }

  /** May be called twice. */
  readonly stop = (): void => {
    for (const timer of this.timers) this.clock.clearTimeout(timer)
    this.timers.clear()
    this.request.signal?.removeEventListener('abort', this.stop)
    this.socket?.close()
    this.socket = undefined
    this.finish?.()
    this.finish = undefined
  }

  private probe(first: number): void {
    const { targets } = this.request
    const end = Math.min(first + PROBES_PER_BURST, targets.length)
    // A host that cannot be reached is no finding; the others are still asked.
    for (const target of targets.slice(first, end)) this.socket?.send(PROBE, this.port, target, () => undefined)
    if (end < targets.length) this.after(BURST_INTERVAL_MS, () => this.probe(end))
  }

  private after(delay_ms: number, act: () => void): void {
    const timer = this.clock.setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, delay_ms)
    this.timers.add(timer)
  }

  private onMessage(bytes: Buffer, from: RemoteInfo): void {
    const isUninteresting = from.port !== this.port || this.hosts.has(from.address)
    if (isUninteresting || this.hosts.size >= MAXIMUM_FINDINGS) return
    this.hosts.add(from.address)
    this.request.onFinding(this.findingIn(bytes, from))
  }

  /** The address that the packet came from counts, whatever it says inside. */
  private findingIn(bytes: Buffer, { address, port }: RemoteInfo): Finding {
    try {
      if (bytes.length > MAXIMUM_ANSWER_BYTES) {
        throw new MonitorError('REPLY_TOO_LARGE', `an answer of more than ${MAXIMUM_ANSWER_BYTES} bytes`)
      }
      const device = describeDevices(sysinfoOf(parseObject(decrypt(bytes))), address)[0] as Device
      const other = this.host_of_device.get(device.device_id)
      if (other !== undefined) {
        throw new MonitorError('IDENTITY_MISMATCH', `it says that it is ${device.device_id}, as ${other} does`)
      }
      this.host_of_device.set(device.device_id, address)
      return { supported: true, device, port }
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      return { supported: false, host: address, reason: message, code }
    }
  }
}
