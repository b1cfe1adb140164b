import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type ErrorCode, type MonitorError, toMonitorError } from '../../src/domain/errors'
import type { Metrics } from '../../src/metrics/metrics'
import type { Endpoint } from '../shared/http-mount'

const packed = promisify(gzip)
/** Below it, packing costs more than it saves. */
const GZIP_FROM_BYTES = 1000

/** Answers whoever scrapes: `GET` of the path itself. */
export class MetricsEndpoint implements Endpoint {
  private trouble: ErrorCode | undefined

  constructor(
    private readonly metrics: Pick<Metrics, 'text'>,
    private readonly report: (thrown: unknown) => void,
  ) {}

  handle(request: IncomingMessage, response: ServerResponse, target: string): void {
    const { method = '' } = request
    if (target !== '/' && !target.startsWith('/?')) return end(response, 404, 'not found\n')
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return end(response, 405, 'only GET and HEAD\n')
    }
    this.answer(request, response).catch((thrown: unknown) => {
      const error = toMonitorError(thrown)
      this.tell(error)
      if (response.headersSent) response.destroy()
      else end(response, 503, `${error.message}\n`)
    })
  }

  /** Once, until it answers again: somebody asks every few seconds. */
  private tell(error: MonitorError): void {
    if (this.trouble !== error.code) this.report(error)
    this.trouble = error.code
  }

  private async answer({ method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { type, body } = await this.metrics.text()
    this.trouble = undefined
    const isPacked = body.length >= GZIP_FROM_BYTES && takesGzip(headers['accept-encoding'])
    const bytes = isPacked ? await packed(body, { level: constants.Z_BEST_SPEED }) : Buffer.from(body)
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': bytes.length,
      'Cache-Control': 'no-store',
      Vary: 'Accept-Encoding',
      ...(isPacked && { 'Content-Encoding': 'gzip' }),
    })
    response.end(method === 'HEAD' ? undefined : bytes)
  }
}

/** Unless it says that it wants none of it. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/i.test(String(accepted))
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
}
