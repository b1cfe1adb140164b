import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decrypt, encrypt, frame } from '../../src/integrations/kasa/transports/xor-codec'

interface Address {
  readonly host: string
  readonly port: number
}

type ModuleName = 'system' | 'emeter' | 'schedule' | 'count_down' | typeof LIGHTING | typeof LIGHT_EMETER
type MethodName =
  | 'get_sysinfo'
  | 'get_realtime'
  | 'get_daystat'
  | 'get_monthstat'
  | 'get_rules'
  | 'add_rule'
  | 'set_relay_state'
  | 'transition_light_state'
  | 'fly'
export type Reply = Readonly<Record<ModuleName, Record<MethodName, Readonly<Record<string, unknown>>>>>

export const LIGHTING = 'smartlife.iot.smartbulb.lightingservice'
export const LIGHT_EMETER = 'smartlife.iot.common.emeter'
export const SYSINFO = '{"system":{"get_sysinfo":{}}}'

/** Connects; fails as the device makes it fail. */
export async function open({ host, port }: Address): Promise<Socket> {
  const socket = connect({ host, port })
  await once(socket, 'connect')
  return socket
}

/** The next bytes, or why there are none. */
export async function nextBytes(socket: Socket): Promise<Buffer | 'end' | 'reset'> {
  return await new Promise((resolve) => {
    socket.once('data', resolve)
    socket.once('end', () => resolve('end'))
    socket.once('error', () => resolve('reset'))
  })
}

/** Everything until the other side ends, and how it ended. */
export async function untilEnd(socket: Socket): Promise<{ bytes: Buffer; end: 'end' | 'reset' }> {
  const chunks: Buffer[] = []
  const end = await new Promise<'end' | 'reset'>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk as Buffer))
    socket.once('end', () => resolve('end'))
    socket.once('error', () => resolve('reset'))
  })
  return { bytes: Buffer.concat(chunks), end }
}

/** At least that many bytes. */
export async function take(socket: Socket, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  if (count <= 0) return bytes
  return await new Promise((resolve, reject) => {
    const receive = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length >= count) finish(() => resolve(bytes))
    }
    const fail = () => finish(() => reject(new Error(`ended after ${bytes.length} bytes`)))
    const finish = (settle: () => void) => {
      socket.off('data', receive).off('close', fail)
      settle()
    }
    socket.on('data', receive).on('close', fail)
  })
}

/** Whether a connection is reset; that may be seen while it is being made. */
export async function isReset(address: Address): Promise<boolean> {
  try {
    return (await untilEnd(await open(address))).end === 'reset'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNRESET'
  }
}

/** One request over a connection of its own. */
export async function ask(device: Address, request: object | string): Promise<Reply> {
  const socket = await open(device)
  try {
    socket.write(frame(typeof request === 'string' ? request : JSON.stringify(request)))
    let bytes = await take(socket, 4)
    const length = bytes.readUInt32BE(0)
    if (bytes.length < 4 + length) bytes = Buffer.concat([bytes, await take(socket, 4 + length - bytes.length)])
    return JSON.parse(decrypt(bytes.subarray(4, 4 + length))) as Reply
  } finally {
    socket.destroy()
  }
}

export interface Heard {
  readonly from: string
  readonly port: number
  readonly text: string
}

/** Sends one datagram and gathers a number of answers. */
export async function hear({ host, port }: Address, request: string, answers: number): Promise<Heard[]> {
  const socket = createSocket('udp4')
  const heard: Heard[] = []
  try {
    await new Promise<void>((resolve) => socket.bind(0, resolve))
    socket.setBroadcast(true)
    await new Promise<void>((resolve) => {
      socket.on('message', (bytes, from) => {
        heard.push({ from: from.address, port: from.port, text: decrypt(bytes) })
        if (heard.length === answers) resolve()
      })
      socket.send(encrypt(request), port, host)
    })
    return heard
  } finally {
    socket.close()
  }
}
