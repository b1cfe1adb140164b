#!/usr/bin/env node
import { run } from './run'

const NAME = 'kasa-monitor'

const interruption = new AbortController()
const interrupt = () => interruption.abort()
process.once('SIGINT', interrupt)
process.once('SIGTERM', interrupt)
// `kasa-monitor … | head` closes the pipe; there is nobody left to write to.
process.stdout.on('error', interrupt)

const output = {
  line: (text: string) => void (interruption.signal.aborted || process.stdout.write(`${text}\n`)),
  error: (text: string) => void process.stderr.write(`${NAME}: ${text}\n`),
}

void run(process.argv.slice(2), process.env, output, interruption.signal).then((code) => {
  process.exitCode = code
})
