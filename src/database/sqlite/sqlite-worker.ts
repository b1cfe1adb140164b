import { parentPort } from 'node:worker_threads'
import { MonitorError, toMonitorError } from '../../domain/errors'
import { backup } from './sqlite-backup'
import { toDatabaseError, toErrorMessage } from './sqlite-errors'
import type { Calls, Request, Response } from './sqlite-messages'
import { SqliteStore } from './sqlite-store'

// The worker's side: one call after another, except that a long history lets others in between.
const port = parentPort
let store: SqliteStore | undefined
let file = ''

async function answer(request: Request): Promise<Calls[Request['name']]['answer']> {
  switch (request.name) {
    case 'open':
      file = request.given.file
      store = new SqliteStore(request.given)
      return undefined
    case 'write':
      return opened().write(request.given)
    case 'writeRecorded':
      return opened().writeRecorded(request.given)
    case 'recorded':
      return opened().recorded(request.given)
    case 'history':
      return opened().history(request.given)
    case 'latest':
      return opened().latest(request.given)
    case 'devices':
      return opened().devices()
    case 'backup':
      backup(request.given)
      return undefined
    case 'close':
      store?.close()
      return undefined
  }
}

function opened(): SqliteStore {
  if (!store) throw new MonitorError('INTERNAL', 'The database was asked before it was opened')
  return store
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
