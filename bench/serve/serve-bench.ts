import { readOptions } from '../support/options'
import { BenchServer } from './bench-server'
import { csvBench } from './csv-bench'
import { pagesBench } from './pages-bench'

const CLIENTS = [1, 10, 100]

/** What the API answers with, beside the ways that others have in the same Node-RED. */
export async function serveBench(args: string[]): Promise<void> {
  const options = readOptions(args, { rounds: 21, seconds: 0.4 })
  console.log('Node-RED with its editor at /admin')
  await withServer('/admin', async (server) => {
    await pagesBench(server, { cached: CLIENTS, uncached: CLIENTS }, options)
    await csvBench(server)
  })
  console.log('\nNode-RED with its editor at /, where it comes first')
  await withServer('/', (server) => pagesBench(server, { cached: [10], uncached: [] }, options))
}

async function withServer(editor: '/' | '/admin', run: (server: BenchServer) => Promise<void>): Promise<void> {
  const server = await BenchServer.start(editor)
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}
