import type { NodeAPI } from 'node-red'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'

/** What others would serve the same page with, beside ours in the same Node-RED; and the memory that is really in use there. */
export = (RED: NodeAPI): void => {
  const { page } = RED.settings.functionGlobalContext as { readonly page: object }
  const body = Buffer.from(JSON.stringify(page))
  const packed = gzipSync(body)
  RED.httpNode.get('/bench/res-json', (_request, response) => void response.json(page))
  RED.httpNode.get('/bench/bare', (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
    response.end(body)
  })
  RED.httpNode.get('/bench/bare-gzip', (_request, response) => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      'Content-Length': packed.length,
    })
    response.end(packed)
  })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  RED.httpNode.get('/bench/memory', (_request, response) => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    response.json({ used_mb: (heapUsed + external) / 1e6 })
  })
}
