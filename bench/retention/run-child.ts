import { join } from 'node:path'
import { runChild } from '../support/child'
import type { RollingResult, RollingTask } from './rolling'

export function rolled(task: RollingTask): Promise<RollingResult> {
  return runChild<RollingResult>(join(__dirname, 'run-rolling.js'), [JSON.stringify(task)])
}
