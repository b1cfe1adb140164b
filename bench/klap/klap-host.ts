import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import net from 'node:net'
import { answerPacket, readProbe } from '../../src/simulator/discovery-packet'
import { KlapCipher } from '../../src/simulator/http/klap-cipher'
import { authHash, clientProof, deviceProof, sessionKeys, type KlapSecrets } from '../../src/simulator/http/klap-hashes'
import { ACCOUNT } from './account'
import { repliesOf, replyTo } from './replies'

// Many plugs on loopback that speak KLAP 2 and answer at once: `klap-host COUNT`. Leaner than the simulator, of which it has
// only the cryptography, so that the client is what a run measures. Ends with its parent.

const count = Number(process.argv[2])
/** 0: the first device takes a free one, and all others have the same. */
let port = 0

export interface KlapHostStatistics {
  connections: number
  requests: number
  handshakes: number
}
const statistics: KlapHostStatistics = { connections: 0, requests: 0, handshakes: 0 }

const AUTH = authHash(2, ACCOUNT)
const REQUEST = /^POST \/app\/(\w+)(?:\?seq=(-?\d+))? HTTP\/1.1\r\n/
const LENGTH = /\r\nContent-Length: (\d+)/i
const COOKIE = /\r\nCookie: TP_SESSIONID=(\w+)/i
const CLOSE = /\r\nConnection: close/i
const NOTHING = Buffer.alloc(0)

interface HostSession {
  readonly secrets: KlapSecrets
  cipher?: KlapCipher
}

class KlapPlug {
  private readonly texts = new Map<string, string>()
  private readonly sessions = new Map<string, HostSession>()

  constructor(
    readonly host: string,
    private readonly index: number,
  ) {}

  /** The whole HTTP reply. */
  answer(head: string, body: Buffer): Buffer {
    const [, step, sequence] = REQUEST.exec(head) ?? []
    const session = this.sessions.get(COOKIE.exec(head)?.[1] ?? '')
    if (step === 'handshake1') return this.begin(body)
    if (step === 'handshake2' && session && clientProof(2, session.secrets).equals(body)) {
      session.cipher = new KlapCipher(sessionKeys(session.secrets))
      return http(200, NOTHING)
    }
    const text = step === 'request' ? session?.cipher?.open(Number(sequence), body) : undefined
    if (!session?.cipher || text === undefined) return http(403, NOTHING)
    statistics.requests++
    return http(200, session.cipher.seal(Number(sequence), this.textFor(text)))
  }

  announce(probe: Buffer): Buffer | undefined {
    if (readProbe(probe) === undefined) return undefined
    const info = repliesOf(this.index, this.host).get_device_info as Record<string, string>
    const result = {
      device_id: info.device_id,
      device_type: info.type,
      device_model: 'P110(EU)',
      ip: this.host,
      mac: info.mac,
      mgt_encrypt_schm: { is_support_https: false, encrypt_type: 'KLAP', http_port: port, lv: 2 },
    }
    return answerPacket(probe, JSON.stringify({ error_code: 0, result }))
  }

  private begin(local_seed: Buffer): Buffer {
    statistics.handshakes++
    const secrets = { local_seed: Buffer.from(local_seed), remote_seed: randomBytes(16), auth: AUTH }
    const id = randomBytes(8).toString('hex').toUpperCase()
    this.sessions.set(id, { secrets })
    const body = Buffer.concat([secrets.remote_seed, deviceProof(2, secrets)])
    return http(200, body, `Set-Cookie: TP_SESSIONID=${id};TIMEOUT=86400\r\n`)
  }

  private textFor(request: string): string {
    let text = this.texts.get(request)
    if (text === undefined) {
      text = replyTo(request, repliesOf(this.index, this.host))
      this.texts.set(request, text)
    }
    return text
  }
}

function http(status: number, body: Buffer, headers = ''): Buffer {
  const head = `HTTP/1.1 ${status} OK\r\n${headers}Server: SHIP 2.0\r\nContent-Length: ${body.length}\r\nContent-Type: text/html\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

function serve(socket: net.Socket, plug: KlapPlug): void {
  let pending: Buffer = NOTHING
  statistics.connections++
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (;;) {
      // Who tries the older protocol first is not kept waiting.
      if (pending.length > 0 && pending[0] !== 0x50) socket.destroy()
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0 || socket.destroyed) return
      const head = pending.toString('latin1', 0, end)
      const behind = end + 4 + Number(LENGTH.exec(head)?.[1] ?? 0)
      if (pending.length < behind) return
      const reply = plug.answer(head, pending.subarray(end + 4, behind))
      pending = pending.subarray(behind)
      if (CLOSE.test(head)) socket.end(reply)
      else socket.write(reply)
    }
  })
}

function listen(plug: KlapPlug): Promise<void> {
  const server = net.createServer((socket) => serve(socket, plug))
  return new Promise((resolve) => {
    server.listen({ port, host: plug.host, backlog: 64 }, () => {
      port = (server.address() as net.AddressInfo).port
      const datagrams = createSocket('udp4')
      datagrams.on('message', (bytes, from) => {
        const answer = plug.announce(bytes)
        if (answer) datagrams.send(answer, from.port, from.address)
      })
      datagrams.bind(port, plug.host, resolve)
    })
  })
}

async function main(): Promise<void> {
  for (let index = 0; index < count; index++) {
    await listen(new KlapPlug(`127.11.${index >> 8}.${index & 255}`, index))
  }
  process.on('message', () => process.send?.(statistics))
  process.on('disconnect', () => process.exit(0))
  process.send?.(port)
}

void main()
