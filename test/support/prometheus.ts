import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerProcess, whyMissing } from './server-process'

const PROMETHEUS = '/usr/bin/prometheus'
const PROMTOOL = '/usr/bin/promtool'

export const whyNoPrometheus = (): string | undefined => whyMissing(PROMETHEUS)
export const whyNoPromtool = (): string | undefined => whyMissing(PROMTOOL)

/** What promtool says of a text; empty where it has nothing to say. */
export function promtool(options: readonly string[], text = ''): string {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, options, { input: text, encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim()
  return status === 0 ? said : `exit ${status}: ${said}`
}

/** One line of an answer. */
export interface Found {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

export type Prometheus = ServerProcess & { readonly query: (expression: string) => Promise<Found[]> }

/** Prometheus as Debian has it, which scrapes `target` (host and port) every second. */
export async function startPrometheus(target: string, path: string): Promise<Prometheus> {
  const configuration = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
    scrape_configs: [{ job_name: 'kasa', metrics_path: path, static_configs: [{ targets: [target] }] }],
  }
  const server = await ServerProcess.start({
    file: PROMETHEUS,
    ports: 1,
    commandLine: (folder, [port]) => {
      // YAML takes JSON.
      writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration))
      return [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ]
    },
    look: async (url) => (await fetch(`${url}/-/ready`)).ok,
  })
  return Object.assign(server, { query: (expression: string) => ask(server.url, expression) })
}

async function ask(url: string, query: string): Promise<Found[]> {
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query }) })
  const { data, error } = (await response.json()) as Answer
  if (error !== undefined) throw new Error(`${query}: ${error}`)
  return (data?.result ?? []).map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
}

interface Answer {
  readonly error?: string
  readonly data?: {
    readonly result: readonly { readonly metric: Found['metric']; readonly value: readonly [number, string] }[]
  }
}
