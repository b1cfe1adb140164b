import { parentPort } from 'node:worker_threads'
import { MonitorError, toMonitorError } from '../../domain/errors'
import { backup } from './sqlite-backup'
import { toDatabaseError, toErrorMessage } from './sqlite-errors'
import { SqliteFile } from './sqlite-file'
import { inspect } from './sqlite-health'
import type { Calls, Request, Response } from './sqlite-messages'
import { restore } from './sqlite-restore'
import type { TierCalls } from './tiers/tier-calls'

// The worker's side: one call after another, except that a long history lets others in between.
const port = parentPort
let open: SqliteFile | undefined
let file = ''

async function answer(request: Request): Promise<Calls[Request['name']]['answer']> {
  switch (request.name) {
    case 'open':
      file = request.given.options.file
      open = new SqliteFile(request.given)
      return open.version
    case 'probe':
      opened().probe()
      return undefined
    case 'write': {
      const { buffer, byteOffset, byteLength } = request.given
      return opened().write(Buffer.from(buffer, byteOffset, byteLength))
    }
    case 'recorded':
      return opened().recorded(request.given)
    case 'history':
      return opened().history(request.given)
    case 'latest':
      return opened().latest(request.given)
    case 'devices':
      return opened().devices()
    case 'statistics':
      return opened().statistics()
    case 'inspect':
      file = request.given.options.file
      return inspect(request.given)
    case 'restore':
      file = request.given.file
      restore(request.given)
      return undefined
    case 'backup':
      backup(request.given)
      return undefined
    case 'close':
      open?.close()
      return undefined
    case 'prepareTiers':
    case 'extent':
    case 'devicesIn':
    case 'rollUp':
    case 'writeRollUps':
    case 'readRollUps':
    case 'count':
    case 'measure':
    case 'expire':
    case 'size':
    case 'shrink':
      return ofTiers(request.name, request.given)
  }
}

function ofTiers<Name extends keyof TierCalls>(name: Name, given: TierCalls[Name]['given']) {
  return opened().tiers[name](given)
}

function opened(): SqliteFile {
  if (!open) throw new MonitorError('INTERNAL', 'The database was asked before it was opened')
  return open
}

async function respond(request: Request): Promise<void> {
  let response: Response
  try {
    response = { id: request.id, answer: await answer(request) }
  } catch (error) {
    response = {
      id: request.id,
      error: toErrorMessage(file === '' ? toMonitorError(error) : toDatabaseError(error, file)),
    }
  }
  port?.postMessage(response)
  // Only the end of the thread lets go of the file: prepared statements hold it until they are collected.
  if (request.name === 'close') port?.close()
}

port?.on('message', (request: Request) => void respond(request))
