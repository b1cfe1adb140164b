import { join } from 'node:path'
import { invalid } from '../../src/domain/errors'
import type { Integration } from '../../src/integrations/integration'
import { expandTargets, parseHost } from '../../src/integrations/targets'
import type { FleetHost, FleetOptions } from '../../src/polling/fleet-options'
import type { SettingsOf } from '../shared/schema'
import type { HostRow, schema } from './kasa-fleet.schema'
import { chosenLogin, loginsOf, type FleetLogins } from './logins'

type Settings = SettingsOf<typeof schema>

/**
 * What the fleet is told, from what the dialog says.
 * @throws MonitorError `CONFIG_INVALID` naming the setting
 */
export function fleetOptions(
  settings: Settings,
  credentials: Readonly<Record<string, string | undefined>>,
  integrations: readonly Integration[],
): FleetOptions {
  const { fastest_s, slowest_s } = settings
  const logins = loginsOf(credentials)
  const own = logins.get(1)
  const targets = () => expandTargets(settings.targets, { code: 'CONFIG_INVALID', field: 'targets' })
  // What is wrong in the dialog shows at deploy, not when devices are looked for.
  targets()
  if (fastest_s > slowest_s) {
    throw invalid('CONFIG_INVALID', 'fastest_s', fastest_s, `at most slowest_s, ${slowest_s} s`)
  }
  return {
    integrations,
    hosts: settings.hosts.map((row, index) => hostOf(row, `hosts.${index}`, integrations, logins)),
    targets,
    discover_every_ms: settings.discover_every_min * 60_000,
    add_discovered: settings.add_discovered,
    poll_over: settings.poll_over,
    interval: {
      minimum_ms: fastest_s * 1000,
      maximum_ms: slowest_s * 1000,
      sensitivity: settings.sensitivity,
      step_w: settings.step_w,
      step_percent: settings.step_pct,
    },
    outlet_interval_factor: settings.outlets_factor,
    polls_per_minute: settings.budget_per_min,
    concurrency: settings.in_flight,
    failures_until_offline: settings.failures_until_offline,
    timeouts: {
      connect_ms: settings.connect_s * 1000,
      reply_ms: settings.reply_s * 1000,
      command_ms: settings.command_s * 1000,
      discovery_ms: settings.discovery_s * 1000,
    },
    ...(settings.port === 0 ? {} : { port: settings.port }),
    ...(own === undefined ? {} : { credentials: own }),
  }
}

function hostOf(row: HostRow, field: string, integrations: readonly Integration[], logins: FleetLogins): FleetHost {
  const { host, port, device_id, mac, integration, login } = row
  const names = integrations.map(({ name }) => name)
  if (integration !== undefined && !names.includes(integration)) {
    throw invalid('CONFIG_INVALID', `${field}.integration`, integration, `one of ${names.join(', ')}`)
  }
  return {
    host: parseHost(host, { code: 'CONFIG_INVALID', field: `${field}.host` }),
    ...(port === undefined ? {} : { port }),
    ...(device_id === undefined ? {} : { device_id }),
    ...(mac === undefined ? {} : { mac }),
    ...(integration === undefined ? {} : { integration }),
    ...(login === undefined || login === 1 ? {} : { credentials: chosenLogin(logins, login, `${field}.login`) }),
  }
}

/** One file per fleet. Ids come from the flow file, which anybody may have written. */
export function energyFile(folder: string, nodeId: string): string {
  return join(folder, `energy-${encodeURIComponent(nodeId)}.json`)
}
