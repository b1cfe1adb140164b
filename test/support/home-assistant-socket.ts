import { once } from 'node:events'
import WebSocket from 'ws'

interface Incoming {
  readonly id?: number
  readonly type: string
  readonly success?: boolean
  readonly result?: unknown
  readonly event?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** The WebSocket API of Home Assistant: what REST does not tell, registries, statistics and triggers. */
export class HomeAssistantSocket {
  private asked = 0
  private readonly answers = new Map<number, (answer: Incoming) => void>()
  private readonly listeners = new Map<number, (event: unknown) => void>()

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.take(JSON.parse(String(data)) as Incoming))
    // Home Assistant may go at any time; who waits for an answer then waits no longer.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.giveUp())
  }

  static async open(url: string, access_token: string): Promise<HomeAssistantSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/websocket`)
    const [asks] = (await once(socket, 'message')) as [Buffer]
    if (!String(asks).includes('auth_required')) throw new Error(`Home Assistant says ${String(asks)}`)
    socket.send(JSON.stringify({ type: 'auth', access_token }))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    if (!String(answer).includes('auth_ok')) throw new Error(`Home Assistant says ${String(answer)}`)
    return new HomeAssistantSocket(socket)
  }

  async call<Result>(type: string, fields: object = {}): Promise<Result> {
    const id = ++this.asked
    const answer = await new Promise<Incoming>((resolve) => {
      this.answers.set(id, resolve)
      this.socket.send(JSON.stringify({ ...fields, id, type }))
    })
    if (!answer.success) throw new Error(`${type}: ${answer.error?.code}: ${answer.error?.message}`)
    return answer.result as Result
  }

  /** Events that a command brings from now on. */
  async listen(type: string, fields: object, listener: (event: unknown) => void): Promise<void> {
    this.listeners.set(this.asked + 1, listener)
    await this.call(type, fields)
  }

  close(): void {
    this.socket.terminate()
  }

  private take(message: Incoming): void {
    const { id = 0 } = message
    if (message.type === 'event') this.listeners.get(id)?.(message.event)
    if (message.type !== 'result') return
    this.answers.get(id)?.(message)
    this.answers.delete(id)
  }

  private giveUp(): void {
    const error = { code: 'closed', message: 'the connection has ended' }
    for (const answer of this.answers.values()) answer({ type: 'result', success: false, error })
    this.answers.clear()
  }
}
