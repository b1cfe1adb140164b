/** What a key allows. Who may command may read. */
export const RIGHTS = ['read', 'command'] as const
export type Right = (typeof RIGHTS)[number]

/** Who asks. */
export interface Caller {
  /** The name of the key; absent where no key is needed. */
  readonly key?: string
  /** The most that is allowed. */
  readonly right: Right
  /** What requests are counted by: the key, or the address. */
  readonly counted_by: string
}

export function may(caller: Caller, right: Right): boolean {
  return caller.right === 'command' || right === 'read'
}
