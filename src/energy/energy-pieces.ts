import type { Database, HistoryBucket, HistoryQuery } from '../database/database'
import { Turns } from '../database/history/turns'
import type { BucketLength } from '../domain/local-buckets'

/** What devices used in the same time. */
export interface EnergyPiece {
  readonly from: number
  readonly to: number
  readonly members: readonly HistoryBucket[]
}

export interface PiecesQuery {
  readonly from: number
  readonly to: number
  readonly device_ids: readonly string[]
  readonly length: BucketLength
  readonly time_zone: string
}

/** Longer ones would be held at once, and shorter ones take long to ask for. */
const ROWS_OF_A_PAGE = 5000

/**
 * Energy of a range in the order of time, in buckets of the length, or longer ones where the finer ones are gone. History
 * chooses what it reads them from.
 */
export async function* energyPieces(
  database: Pick<Database, 'history'>,
  query: PiecesQuery,
): AsyncGenerator<EnergyPiece> {
  const { from, to, device_ids, length, time_zone } = query
  const asked: HistoryQuery = {
    ...{ from, to, device_ids, fields: ['power_w'], order: 'oldest-first', limit: ROWS_OF_A_PAGE },
    bucket: { length, time_zone },
  }
  const turns = new Turns()
  let members: HistoryBucket[] = []
  let cursor: string | undefined
  do {
    const page = await database.history({ ...asked, ...(cursor !== undefined && { cursor }) })
    for (const row of page.rows) {
      if (!('bucket_ms' in row)) continue
      const [first] = members
      if (first !== undefined && (first.timestamp !== row.timestamp || first.bucket_ms !== row.bucket_ms)) {
        yield pieceOf(members)
        if (turns.isOver) await turns.next()
        members = []
      }
      members.push(row)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  if (members.length > 0) yield pieceOf(members)
}

function pieceOf(members: readonly HistoryBucket[]): EnergyPiece {
  const { timestamp, bucket_ms } = members[0] as HistoryBucket
  return { from: timestamp, to: timestamp + bucket_ms, members }
}
