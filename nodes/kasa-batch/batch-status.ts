import type { BatcherStatistics } from '../../src/serving/batching/batcher'
import type { StatusKind } from '../shared/status'

export function batchStatus({ waiting, sent, discarded }: BatcherStatistics): [StatusKind, string] {
  const counts = `${number(waiting)} waiting, ${number(sent)} sent`
  return discarded > 0 ? ['waiting', `${counts}, ${number(discarded)} discarded`] : ['ready', counts]
}

/** 12,345: people read it, in one language. */
function number(count: number): string {
  return count.toLocaleString('en-US')
}
