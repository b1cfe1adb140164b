import type { NodeAPI } from 'node-red'
import { parseDatabaseSettings, type DatabaseSettings } from '../../src/database/database-settings'
import { parseDialogSettings } from '../shared/dialog-settings'
import { schema } from './kasa-database.schema'

/** What the dialog asks for, checked: settings as they stand there, deployed or not. */
export interface CheckRequest {
  /** The node that is being edited. */
  readonly id: string
  readonly settings: DatabaseSettings
}

/** @throws MonitorError `INPUT_INVALID`, `CONFIG_INVALID` naming the field; what is secret is never repeated in it */
export function parseCheckRequest(RED: NodeAPI, body: unknown): CheckRequest {
  const { id, settings, login } = parseDialogSettings(RED, schema, body)
  return { id, settings: parseDatabaseSettings({ ...settings, ...login }, RED.settings.userDir ?? process.cwd()) }
}
