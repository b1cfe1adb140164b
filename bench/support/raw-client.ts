import { connect, type Socket } from 'node:net'

const HEAD_END = '\r\n\r\n'
const LONGEST_HEAD = 16_384
const STATUS = /^HTTP\/1\.1 (\d{3})/
const LENGTH = /\r\ncontent-length: (\d+)/i

/** One kept connection that asks, one request after the other, and looks at no more of an answer than its status and its end. */
export class RawClient {
  private readonly socket: Socket
  private head = ''
  /** Bytes of the body that are still to come. */
  private left = 0
  private status = 0
  private onAnswer: ((status: number) => void) | undefined
  private onFailure: ((error: Error) => void) | undefined

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('data', (bytes: Buffer) => this.take(bytes))
    this.socket.on('error', (error) => this.onFailure?.(error))
    this.socket.on('close', () => this.onFailure?.(new Error('The server has closed the connection')))
  }

  /** Servers close what is not used for a while. */
  get isOpen(): boolean {
    return !this.socket.destroyed
  }

  /** Resolves with the status when the whole answer is there. Only answers that tell their length are understood. */
  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.onAnswer = resolve
      this.onFailure = reject
      this.socket.write(request, 'latin1')
    })
  }

  close(): void {
    this.onFailure = undefined
    this.socket.destroy()
  }

  private take(bytes: Buffer): void {
    if (this.left > 0) return this.takeBody(bytes.length)
    const text = this.head + bytes.toString('latin1', 0, LONGEST_HEAD)
    const end = text.indexOf(HEAD_END)
    if (end < 0) {
      this.head = text
      return
    }
    const body = this.head.length + bytes.length - end - HEAD_END.length
    this.head = ''
    this.status = Number(STATUS.exec(text)?.[1])
    this.left = Number(LENGTH.exec(text)?.[1] ?? 0)
    if (this.left === 0) this.answered()
    else this.takeBody(body)
  }

  private takeBody(length: number): void {
    this.left -= length
    if (this.left <= 0) this.answered()
  }

  private answered(): void {
    this.onAnswer?.(this.status)
  }
}
