import type { Finding, FoundDevice, Session } from '../integrations/integration'
import type { DiscoverInvocation } from './invocation'
import type { Output } from './output'
import { onOff } from './reading-table'
import { table, type Column } from './table'

const REPEATS = 3

const COLUMNS: readonly Column<Finding>[] = [
  { title: 'host', text: (finding) => (finding.supported ? finding.device.host : finding.host) },
  { title: 'alias', text: (finding) => (finding.supported ? finding.device.alias || finding.device.model : undefined) },
  { title: 'model', text: (finding) => (finding.supported ? finding.device.model : undefined) },
  { title: 'kind', text: (finding) => (finding.supported ? finding.device.kind : 'unsupported') },
  { title: 'state', text: (finding) => (finding.supported ? onOff(finding.device.on) : undefined) },
  { title: 'device id', text: (finding) => (finding.supported ? identityOf(finding.device) : finding.reason) },
]

/** With `json` each finding at once, else a table at the end. */
export async function discover(
  { targets, json }: DiscoverInvocation,
  session: Session,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const findings: Finding[] = []
  await session.discover({
    targets,
    repeats: REPEATS,
    signal,
    onFinding: (finding) => {
      findings.push(finding)
      if (json) output.line(JSON.stringify(finding))
    },
  })
  if (findings.length === 0) output.error(`no device answered at ${namely(targets)}`)
  else if (!json) for (const line of table(COLUMNS, findings)) output.line(line)
}

/** Newer devices tell their id only to whoever logs in, their MAC to everybody. */
function identityOf({ device_id, mac }: FoundDevice): string | undefined {
  return device_id ?? mac
}

function namely(targets: readonly string[]): string {
  const [first = 'no network', ...more] = targets
  return more.length === 0 ? first : `${first} and ${more.length} more`
}
