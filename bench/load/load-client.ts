import { RawClient } from '../support/raw-client'

/** A client that keeps its connection, and makes another where that has failed it. */
export class LoadClient {
  private connection: RawClient | undefined

  constructor(private readonly port: number) {}

  /** The status of the answer, or how there was none in time. */
  async ask(path: string, patience_ms: number): Promise<number | 'late' | 'no answer'> {
    if (!this.connection?.isOpen) this.connection = new RawClient(this.port)
    const { connection } = this
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), patience_ms)))
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.port}\r\nAccept-Encoding: gzip\r\n\r\n`
    const status = await Promise.race([connection.ask(request).catch(() => 'no answer' as const), late])
    clearTimeout(timer)
    if (typeof status === 'string') this.close()
    return status
  }

  close(): void {
    this.connection?.close()
    this.connection = undefined
  }
}
