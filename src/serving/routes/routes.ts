import type { Route } from '../routing/route'
import { postBatch } from './batch'
import { postCommand } from './command'
import { getDevice, listDevices } from './devices'
import { getEnergy } from './energy'
import { getHealth, getReady } from './health'
import { listIncidents } from './incidents'
import { listLatest } from './latest'
import { listLog } from './log'
import { getMetrics } from './metrics'
import { getOverview } from './overview'
import { listReadings } from './readings'
import { getStatistics } from './statistics'
import { getStatus } from './status'

/** Everything that an API answers, beside what is live. */
export const ROUTES: readonly Route[] = [
  listDevices,
  getDevice,
  postCommand,
  listLatest,
  listReadings,
  getStatistics,
  getEnergy,
  getOverview,
  listIncidents,
  getHealth,
  getReady,
  getStatus,
  getMetrics,
  listLog,
  postBatch,
]
