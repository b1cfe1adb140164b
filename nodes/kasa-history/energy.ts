import { createHash } from 'node:crypto'
import type { Clock } from '../../src/domain/clock'
import type { Tariff } from '../../src/domain/tariffs/tariff'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { energyReport } from '../../src/energy/energy-report'
import type { EnergyReport } from '../../src/energy/report'
import type { Message } from '../shared/input'
import type { Answers } from './answers'
import { told, type Summary } from './operations'
import { askedBy } from './query'

const KEYS = ['from', 'to', 'device_ids', 'period', 'time_zone'] as const
export type EnergySettings = Readonly<Record<(typeof KEYS)[number], unknown>>

/** The dialog's settings, with what the message gives instead, for `parseEnergyQuery`. */
export function energySettings(settings: EnergySettings, asked: object = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...KEYS.map((key) => [key, settings[key]] as const), ...Object.entries(asked)])
}

/** `msg.payload`: an `EnergyReport`; `msg.query`: what was asked. */
export async function energy(
  answers: Answers,
  settings: EnergySettings,
  tariff: Tariff | undefined,
  message: Message,
  clock: Clock,
): Promise<Summary> {
  const asked = askedBy(message)
  const given = energySettings(settings, asked)
  const query = parseEnergyQuery(given, clock.now(), tariff)
  const { device_ids, period, time_zone } = query
  const { answer: report, origin } = await answers.to<EnergyReport>({
    asked: ['energy', given.from, given.to, device_ids, period, time_zone, fingerprintOf(tariff)],
    device_ids,
    load: (database) => energyReport({ database, query, tariff, clock }),
    isAnswer: isReport,
  })
  message.payload = report
  if (asked) message.query = asked
  return told(message, origin, summaryOf(report))
}

/** A tariff is too long for a key. */
function fingerprintOf(tariff: Tariff | undefined): string {
  return tariff ? createHash('sha256').update(JSON.stringify(tariff)).digest('base64url') : ''
}

function summaryOf({ total, currency }: EnergyReport): Summary {
  if (total.energy_kwh === undefined) return 'no energy known'
  const energy = `${total.energy_kwh.toFixed(2)} kWh`
  return total.cost && currency !== undefined ? `${energy}, ${total.cost.total.toFixed(2)} ${currency}` : energy
}

function isReport(value: unknown): value is EnergyReport {
  const { rows, devices, total } = (value ?? {}) as Partial<Record<keyof EnergyReport, unknown>>
  return Array.isArray(rows) && Array.isArray(devices) && typeof total === 'object' && total !== null
}
