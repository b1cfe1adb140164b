import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const MAIN = join(__dirname, '../../src/command-line/main.js')

export interface Result {
  readonly code: number | null
  readonly lines: readonly string[]
  readonly errors: readonly string[]
}

/** Starts the compiled command line. */
export function start(
  words: readonly string[],
  environment: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const { PATH = '', NODE_V8_COVERAGE } = process.env
  const coverage = NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }
  return spawn(process.execPath, [MAIN, ...words], { env: { PATH, ...coverage, ...environment } })
}

/** Runs it to its end. */
export async function kasaMonitor(words: readonly string[], environment: Record<string, string> = {}): Promise<Result> {
  return await ended(start(words, environment))
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<Result> {
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, lines: linesOf(output), errors: linesOf(errors) }
}

/** Resolves when the child has written its first line. */
export async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

function collect(stream: NodeJS.ReadableStream): string[] {
  const chunks: string[] = []
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  return chunks
}

function linesOf(chunks: readonly string[]): string[] {
  return chunks
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}
