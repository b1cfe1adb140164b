import type { Evidence } from './condition'

const KEY = 'silent_s'

/** @param heard_at when something came last, ms since the epoch; 0: it is not known */
export function silenceEvidence(silent_ms: number, after_s: number, heard_at: number): Evidence {
  const facts = heard_at > 0 ? { facts: { heard_at } } : {}
  return { key: KEY, value: Math.round(silent_ms / 1000), unit: 's', threshold: after_s, ...facts }
}

/** What holds is that nothing is heard, whatever the rule watches for. */
export function isSilence({ key }: Evidence): boolean {
  return key === KEY
}
