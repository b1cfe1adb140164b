import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Device } from '../../src/domain/device'
import type { Reading } from '../../src/domain/reading'
import type { Methods } from './scripted-smart'

const FOLDER = join(process.cwd(), '..', 'shared', 'device-dumps')

/** Where it is false, `WITHOUT_RECORDINGS` says why tests were not run. */
export const hasRecordings = existsSync(FOLDER)
export const WITHOUT_RECORDINGS = `      not run: no recordings in ${FOLDER}`

export type Measured = Partial<
  Omit<Reading, 'device_id' | 'alias' | 'host' | 'timestamp' | 'latency_ms' | 'energy_kwh' | 'source'>
>

/** What a recording has to become. */
export interface Expected {
  readonly kind: Device['kind']
  readonly model: string
  readonly features: string
  readonly mac: string
  /** All that a reading has beyond its identity, so what is not here must be absent. */
  readonly reading: Measured
}

export const ID = '0'.repeat(40)
export const ALIAS = '#MASKED_NAME#'
export const NO_MAC = '00:00:00:00:00:00'

export type Dump = Methods & { readonly child_devices?: Record<string, Methods> }

export function dumpOf(folder: 'iot' | 'smart' | 'smart-child', name: string): Dump {
  return JSON.parse(readFileSync(join(FOLDER, folder, `${name}.json`), 'utf8')) as Dump
}

export function namesIn(folder: 'iot' | 'smart' | 'smart-child'): string[] {
  return readdirSync(join(FOLDER, folder)).map((file) => file.replace(/\.json$/, ''))
}

export function whatIs({ kind, model, features, mac }: Device) {
  return { kind, model, features: features.join(), mac }
}

/** What a reading says of the device, without the moment and the way it was taken. */
export function measured({
  host: _host,
  timestamp: _timestamp,
  latency_ms: _latency,
  source: _source,
  ...rest
}: Reading) {
  return rest
}
