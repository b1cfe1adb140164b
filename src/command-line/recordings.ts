import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { invalid, MonitorError } from '../domain/errors'

const LARGEST_BYTES = 4_000_000

export interface Recording {
  readonly dump: unknown
  /** Named after the file: recordings have names and ids blanked. */
  readonly identity: { readonly alias: string; readonly device_id: string; readonly mac: string }
}

/** @throws MonitorError `INPUT_INVALID` naming the file that cannot be read */
export async function readRecording(file: string): Promise<Recording> {
  const alias = basename(file, '.json')
  const digest = createHash('sha1').update(alias).digest('hex').toUpperCase()
  const octets = digest.match(/../g)?.slice(0, 5) ?? []
  return { dump: await readJson(file), identity: { alias, device_id: digest, mac: ['02', ...octets].join(':') } }
}

async function readJson(file: string): Promise<unknown> {
  try {
    const { size } = await stat(file)
    if (size > LARGEST_BYTES) throw invalid('INPUT_INVALID', '--dump', file, `a file of at most ${LARGEST_BYTES} bytes`)
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof MonitorError) throw error
    throw new MonitorError('INPUT_INVALID', `--dump: '${file}' is no file with JSON`, {
      cause: error,
      details: { field: '--dump', value: file },
    })
  }
}
