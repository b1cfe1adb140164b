import { spoolIn, text } from './spool-support'

// Appends line after line, a few at a time, and tells each number that the spool has, until it is killed.
async function main(folder: string, first: number): Promise<void> {
  const spool = spoolIn(folder, { maximum_bytes: 16 * 1024 * 1024 })
  await spool.start()
  await tell('started')
  if (Number.isNaN(first)) return void setInterval(() => undefined, 1000)
  for (let from = first; ; from += 30) {
    const appends = [1, 9, 20].map(async (count, index) => {
      const begin = from + [0, 1, 10][index]!
      await spool.append(text(begin, count), count)
      await tell(`${begin} ${count}`)
    })
    await Promise.all(appends)
    const batch = await spool.take({ lines: 10, bytes: 1000 })
    // Some is acknowledged, so that notes are written too; it is told first, as the store would have it.
    if (batch && from % 4 === 0) {
      await tell(`sent ${batch.text.toString('base64')}`)
      spool.acknowledge(batch)
    } else spool.giveBack()
  }
}

/** Returns when it can be read: what waits in this process, where nobody has read for a while, would die with it. */
function tell(line: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve()))
}

void main(process.argv[2] as string, Number(process.argv[3])).catch((error: { code?: string }) => {
  process.stdout.write(`${error.code}\n`)
  process.exit(1)
})
