import { Agent, request } from 'node:http'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import type { Contender, WriteTask } from '../contender'
import type { Samples } from '../samples'

const LINES = 5000
/** More than influxd takes, so that they last for the turn. */
const LINES_PER_S = 250_000

/** The ceiling: bodies that were built before, one kept connection, the next request when one is answered. */
export class RawLines implements Contender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })
  private readonly bodies: Buffer[] = []
  private path = ''

  start({ url, database, seconds }: WriteTask, samples: Samples): Promise<void> {
    this.path = `${url}/write?db=${database}&precision=ms`
    const encoder = new LineEncoder()
    for (let built = 0; built < (seconds + 1) * LINES_PER_S; built += LINES) {
      const lines = samples.points(LINES).map((point) => encoder.point(point))
      this.bodies.push(Buffer.from(lines.join('')))
    }
    return Promise.resolve()
  }

  async write(duration_ms: number): Promise<number> {
    const end = performance.now() + duration_ms
    let points = 0
    while (performance.now() < end) {
      const body = this.bodies.shift()
      if (!body) break
      await this.post(body)
      points += LINES
    }
    return points
  }

  stop(): void {
    this.agent.destroy()
  }

  private post(body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-length': body.length }
      const posted = request(this.path, { method: 'POST', agent: this.agent, headers }, (response) => {
        response.resume()
        response.on('end', () => {
          if (response.statusCode === 204) resolve()
          else reject(new Error(`influxd answered ${response.statusCode}`))
        })
      })
      posted.on('error', reject)
      posted.end(body)
    })
  }
}
