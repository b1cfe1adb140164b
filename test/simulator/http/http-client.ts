import { request, type Agent, type IncomingHttpHeaders } from 'node:http'

interface Address {
  readonly host: string
  readonly port: number
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Post {
  readonly path: string
  readonly body: Buffer | string
  readonly session?: string
  readonly agent?: Agent | false
}

/** One exchange, on a connection of its own unless an agent keeps one; rejects with what ended it early. */
export function post({ host, port }: Address, { path, body, session, agent = false }: Post): Promise<Answered> {
  const headers = session === undefined ? {} : { Cookie: `TP_SESSIONID=${session}` }
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('error', reject)
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The session's id and how long it lasts, from the cookie. */
export function cookieOf({ headers }: Answered): { session: string; timeout_s: number } {
  const [, session = '', timeout = ''] =
    /^TP_SESSIONID=(\w+);TIMEOUT=(\d+)$/.exec(headers['set-cookie']?.[0] ?? '') ?? []
  return { session, timeout_s: Number(timeout) }
}
