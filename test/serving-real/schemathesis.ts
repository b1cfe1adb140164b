import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Of the virtual environment; `npm run test:api` names it. */
const PYTHON = process.env.KASA_MONITOR_PYTHON ?? 'python3'
const PROGRAMS = dirname(PYTHON)
/** They share this machine with the Node-RED that they ask. */
const WORKERS = 2
const LONGEST_ANSWER_S = 20
/** Generated URLs are long. */
const LONGEST_LINE = 500
/** How many are ids of devices; the rest comes as schemathesis likes it. */
const KNOWN_IDS = 0.5
const KNOWN_IDS_OF_TEXTS = 0.1

/**
 * Not `positive_data_acceptance`: no schema can say that a range ends after it begins. Not `missing_required_header` and
 * `ignored_auth`: an API without keys asks for none, and the one with keys has a campaign of its own.
 */
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'],
  ...['response_headers_conformance', 'negative_data_rejection', 'unsupported_method', 'allow_header_conformance'],
]

/** 431: Node.js itself refuses what is longer than it reads. */
const REFUSED = [400, 401, 403, 404, 405, 406, 413, 415, 422, 426, 429, 431, 501, 503]
/** What is documented of devices, databases and parts that are not there; a 500 is a fault of ours. */
const EXPLAINED = [501, 502, 503, 504]

export interface Campaign {
  /** What is left behind is named after it. */
  readonly name: string
  readonly folder: string
  /** Of the API: `http://127.0.0.1:1880/kasa`. */
  readonly url: string
  /** Where its description is; that of the API itself without it. */
  readonly description?: string
  readonly key?: string
  readonly device_ids: readonly string[]
  /** Generated requests of each operation, beside those at the edges of its parameters. */
  readonly examples: number
  /** Ids of operations that are left out. */
  readonly without?: readonly string[]
}

export interface Outcome {
  readonly succeeded: boolean
  readonly printed: string
  /** Requests that were answered, by status. */
  readonly statuses: Readonly<Record<number, number>>
}

/** What `openapi-spec-validator` has against a description; nothing where it accepts it. */
export async function mistakesIn(file: string): Promise<string> {
  const { code, printed } = await run('openapi-spec-validator', ['--validation-errors', 'all', file])
  return code === 0 ? '' : printed
}

/** Has schemathesis ask an API whatever its description allows, and what it does not allow. */
export async function askWhatever(campaign: Campaign): Promise<Outcome> {
  const { name, folder, url, description = `${url}/openapi.json`, without = [] } = campaign
  const settings = join(folder, `${name}.toml`)
  const events = join(folder, `${name}.ndjson`)
  writeFileSync(settings, settingsOf(campaign, events))
  const words = ['--config-file', settings, '--no-color', 'run', description, '--url', url, '--checks', CHECKS.join()]
  const { code, printed } = await run('schemathesis', [
    ...words,
    ...without.flatMap((id) => ['--exclude-operation-id', id]),
  ])
  if (!existsSync(events)) throw new Error(printed)
  return { succeeded: code === 0, printed, statuses: statusesIn(readFileSync(events, 'utf8')) }
}

function settingsOf({ key, device_ids, examples }: Campaign, events: string): string {
  const json = JSON.stringify
  return `
seed = 1
workers = ${WORKERS}
request-timeout = ${LONGEST_ANSWER_S}.0
continue-on-failure = true
warnings = false
${key === undefined ? '' : `headers = { X-API-Key = ${json(key)} }`}
[cache]
enabled = false
[reports.ndjson]
path = ${json(events)}
[generation]
max-examples = ${examples}
database = "none"
with-security-parameters = false
[generation.dictionaries]
string = { dictionary = "id", probability = ${KNOWN_IDS_OF_TEXTS} }
[checks.negative_data_rejection]
expected-statuses = [${REFUSED.join(', ')}]
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", ${EXPLAINED.join(', ')}]
[dictionaries]
id = { values = ${json(device_ids)} }
[parameters]
"path.device_id" = { dictionary = "id", probability = ${KNOWN_IDS} }
`
}

interface Recorded {
  readonly ScenarioFinished?: {
    readonly recorder: {
      readonly interactions?: Readonly<Record<string, { readonly response?: { status_code: number } }>>
    }
  }
}

function statusesIn(events: string): Record<number, number> {
  const statuses: Record<number, number> = {}
  for (const line of events.trimEnd().split('\n')) {
    const { ScenarioFinished } = JSON.parse(line) as Recorded
    for (const { response } of Object.values(ScenarioFinished?.recorder.interactions ?? {})) {
      if (response) statuses[response.status_code] = (statuses[response.status_code] ?? 0) + 1
    }
  }
  return statuses
}

async function run(program: string, words: readonly string[]): Promise<{ code: number | null; printed: string }> {
  const child = spawn(join(PROGRAMS, program), words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const pieces: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece))
  const [code] = (await once(child, 'close')) as [number | null]
  const lines = Buffer.concat(pieces).toString().split('\n')
  return { code, printed: lines.map((line) => line.slice(0, LONGEST_LINE)).join('\n') }
}
