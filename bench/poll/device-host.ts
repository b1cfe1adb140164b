import dgram from 'node:dgram'
import net from 'node:net'
import { decrypt, encrypt, frame } from '../../src/integrations/kasa/transports/xor-codec'

// Many plugs on loopback that answer at once: `device-host COUNT LATENCY_MS [FIRST [PORT]]`. Leaner than the simulator, so that the
// client is what a run measures. Ends with its parent.

const [count = 0, latency_ms = 0, first = 0, givenPort = 0] = process.argv.slice(2).map(Number)
/** 0: the first device takes a free one, and all others have the same. */
let port = givenPort

interface HostStatistics {
  connections: number
  requests: number
  /** Most requests that one device had unanswered at a time. */
  maximum_in_flight: number
}
const statistics: HostStatistics = { connections: 0, requests: 0, maximum_in_flight: 0 }

class BenchPlug {
  private readonly replies = new Map<string, { tcp: Buffer; udp: Buffer }>()
  private in_flight = 0

  constructor(
    readonly host: string,
    private readonly index: number,
  ) {}

  answer(request: Buffer, reply: (bytes: { tcp: Buffer; udp: Buffer }) => void): void {
    statistics.requests++
    statistics.maximum_in_flight = Math.max(statistics.maximum_in_flight, ++this.in_flight)
    const bytes = this.replyTo(request)
    if (latency_ms === 0) {
      this.in_flight--
      reply(bytes)
    } else {
      setTimeout(() => {
        this.in_flight--
        reply(bytes)
      }, latency_ms)
    }
  }

  private replyTo(request: Buffer): { tcp: Buffer; udp: Buffer } {
    const key = request.toString('latin1')
    let bytes = this.replies.get(key)
    if (!bytes) {
      const asked = JSON.parse(decrypt(request)) as Record<string, Record<string, unknown>>
      const text = JSON.stringify(
        Object.fromEntries(Object.entries(asked).map(([module, methods]) => [module, this.module(module, methods)])),
      )
      bytes = { tcp: frame(text), udp: encrypt(text) }
      this.replies.set(key, bytes)
    }
    return bytes
  }

  private module(module: string, methods: Record<string, unknown>): unknown {
    const known = this.replyOf[module]
    if (!known) return { err_code: -1, err_msg: 'module not support' }
    return Object.fromEntries(
      Object.keys(methods).map((method) => [method, known[method] ?? { err_code: -2, err_msg: 'member not support' }]),
    )
  }

  private get replyOf(): Record<string, Record<string, unknown>> {
    const id = this.index.toString(16).toUpperCase().padStart(4, '0')
    return {
      system: {
        get_sysinfo: {
          sw_ver: '1.0.16 Build 210205 Rel.163735',
          hw_ver: '1.0',
          model: 'KP115(EU)',
          deviceId: `8006${id.padStart(36, '0')}`,
          oemId: 'C8C3A2A3E5B5B5E5C8C3A2A3E5B5B5E5',
          hwId: '39559FE2ABBD4E1B39559FE2ABBD4E1B',
          rssi: -52,
          latitude_i: 0,
          longitude_i: 0,
          alias: `Plug ${this.index}`,
          status: 'new',
          obd_src: 'tplink',
          mic_type: 'IOT.SMARTPLUGSWITCH',
          feature: 'TIM:ENE',
          mac: `B0:95:75:00:${id.slice(0, 2)}:${id.slice(2)}`,
          updating: 0,
          led_off: 0,
          relay_state: 1,
          on_time: 86_400,
          icon_hash: '',
          dev_name: 'Smart Wi-Fi Plug Mini',
          active_mode: 'none',
          next_action: { type: -1 },
          ntc_state: 0,
          err_code: 0,
        },
      },
      emeter: {
        get_realtime: { current_ma: 287, voltage_mv: 230_837, power_mw: 61_753, total_wh: 16_323, err_code: 0 },
      },
    }
  }
}

function serveTcp(plug: BenchPlug): Promise<void> {
  const server = net.createServer((socket) => {
    statistics.connections++
    let pending: Buffer = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const end = 4 + pending.readUInt32BE(0)
        plug.answer(pending.subarray(4, end), ({ tcp }) => socket.write(tcp))
        pending = pending.subarray(end)
      }
    })
  })
  return new Promise((resolve) => {
    server.listen({ port, host: plug.host, backlog: 64 }, () => {
      port = (server.address() as net.AddressInfo).port
      resolve()
    })
  })
}

function serveUdp(plug: BenchPlug): Promise<void> {
  const socket = dgram.createSocket('udp4')
  socket.on('message', (request, from) => {
    plug.answer(request, ({ udp }) => socket.send(udp, from.port, from.address))
  })
  return new Promise((resolve) => socket.bind(port, plug.host, resolve))
}

async function main(): Promise<void> {
  for (let index = first; index < first + count; index++) {
    const plug = new BenchPlug(`127.10.${index >> 8}.${index & 255}`, index)
    await serveTcp(plug)
    await serveUdp(plug)
  }
  process.on('message', () => process.send?.(statistics))
  process.on('disconnect', () => process.exit(0))
  process.send?.(port)
}

void main()
