import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NodeAPI } from 'node-red'
import type { Duplex } from 'node:stream'
import { invalid } from '../../src/domain/errors'

/** What is served below one path of Node-RED's own server. `target`: what follows that path, with the query. */
export interface Endpoint {
  handle(request: IncomingMessage, response: ServerResponse, target: string): void
  /** Takes the socket. It has passed no login of Node-RED's: an upgrade does not come through Express. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, target: string): void
}

/** Letters, digits and a few signs, in levels that / parts; no / at the end. */
const PATH = /^(\/[A-Za-z0-9._~-]+)+$/
const LONGEST_PATH = 128

const mounts = new WeakMap<object, HttpMount>()

/** The one of a Node-RED. To be called while its node types are loaded, so that it stands before all routes of flows. */
export function httpMount(RED: NodeAPI): HttpMount {
  const known = mounts.get(RED.httpNode)
  if (known) return known
  const mount = new HttpMount(RED)
  mounts.set(RED.httpNode, mount)
  RED.httpNode.use((request: Request, response: Response, next: NextFunction) => mount.handle(request, response, next))
  return mount
}

/** Finds the deployed endpoint of a request by its path: the routes of Express itself cannot be taken away again. */
export class HttpMount {
  /** The longest path first: one may lie below another. */
  private endpoints: readonly (readonly [path: string, Endpoint])[] = []
  private readonly middleware: readonly RequestHandler[]

  constructor(private readonly RED: NodeAPI) {
    const { httpNodeMiddleware } = RED.settings as { readonly httpNodeMiddleware?: unknown }
    const given: readonly unknown[] = [httpNodeMiddleware].flat(Infinity)
    this.middleware = given.filter((each): each is RequestHandler => typeof each === 'function')
  }

  /**
   * @param path below `httpNodeRoot`: `/kasa`
   * @returns how to take it away, which may be called twice
   * @throws MonitorError `CONFIG_INVALID` naming `path`
   */
  add(path: string, endpoint: Endpoint): () => void {
    if (path.length > LONGEST_PATH || !PATH.test(path)) {
      throw invalid('CONFIG_INVALID', 'path', path, 'a path such as /kasa, of letters, digits, - . _ and ~')
    }
    if (this.RED.settings.httpNodeRoot === false) {
      throw invalid(
        'CONFIG_INVALID',
        'httpNodeRoot',
        false,
        'a path in the settings of Node-RED: it serves nothing now',
      )
    }
    if (this.endpoints.some(([other]) => other === path)) {
      throw invalid('CONFIG_INVALID', 'path', path, 'a path that no other node serves')
    }
    this.endpoints = [...this.endpoints, [path, endpoint] as const].sort(([a], [b]) => b.length - a.length)
    const endUpgrades = this.upgradesTo(path, endpoint)
    return () => {
      this.endpoints = this.endpoints.filter(([, other]) => other !== endpoint)
      endUpgrades()
    }
  }

  handle(request: Request, response: Response, next: NextFunction): void {
    const { url } = request
    for (const [path, endpoint] of this.endpoints) {
      const target = targetBelow(path, url)
      if (target === undefined) continue
      // What the user has set for all that flows serve: the core's `http in` applies it, too.
      return runAll(this.middleware, request, response, next, () => endpoint.handle(request, response, target))
    }
    next()
  }

  private upgradesTo(path: string, endpoint: Endpoint): () => void {
    const { server, settings } = this.RED
    const root = String(settings.httpNodeRoot ?? '/').replace(/\/$/, '')
    const listener = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const target = targetBelow(root + path, request.url ?? '')
      // Other paths belong to others, who listen here as well.
      if (target !== undefined) endpoint.upgrade?.(request, socket, head, target)
    }
    if (endpoint.upgrade) server.on('upgrade', listener)
    return () => void server.removeListener('upgrade', listener)
  }
}

/** What follows the path: `/devices?online=true`; undefined where the URL is not below it. */
function targetBelow(path: string, url: string): string | undefined {
  if (!url.startsWith(path)) return undefined
  const rest = url.slice(path.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : undefined
}

function runAll(
  middleware: readonly RequestHandler[],
  request: Request,
  response: Response,
  next: NextFunction,
  serve: () => void,
): void {
  const [first, ...others] = middleware
  if (first === undefined) return serve()
  const passed: NextFunction = (error?: unknown) => {
    if (error === undefined) runAll(others, request, response, next, serve)
    else next(error)
  }
  Promise.resolve(first(request, response, passed)).catch(next)
}
