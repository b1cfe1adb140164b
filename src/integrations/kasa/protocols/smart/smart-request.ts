/** One method with what it wants to know. */
export interface Call {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
}

/** Calls in one text: the only one as it is, more of them as a batch; for a child wrapped so that its parent passes them on. */
export function encodeCalls(calls: readonly Call[], child_id?: string): string {
  const [first, ...more] = calls
  const call = first && more.length === 0 ? first : { method: 'multipleRequest', params: { requests: calls } }
  if (child_id === undefined) return JSON.stringify(call)
  return JSON.stringify({ method: 'control_child', params: { device_id: child_id, requestData: call } })
}
