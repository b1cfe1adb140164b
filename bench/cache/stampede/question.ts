/** What all ask at once, and how long its source takes. */
export const ASKS = 1000
export const KEY = 'answer'
export const LOAD_MS = 50
export const TTL_S = 60

export interface Stampede {
  readonly loads: number
  readonly answers: number
}
