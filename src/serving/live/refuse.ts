import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { PROBLEM_TYPE, type Problem } from '../problems/problem'

const RETRY_AFTER_S = 1

/** Answers what would have been told live with what is wrong. */
export function refuse(response: ServerResponse, problem: Problem, headers: OutgoingHttpHeaders = {}): void {
  const { status } = problem
  const body = Buffer.from(JSON.stringify(problem))
  response.writeHead(status, {
    ...{ 'Content-Type': PROBLEM_TYPE, 'Content-Length': body.length, 'Cache-Control': 'no-store' },
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...((status === 429 || status === 503) && { 'Retry-After': RETRY_AFTER_S }),
    ...headers,
  })
  response.end(body)
}
