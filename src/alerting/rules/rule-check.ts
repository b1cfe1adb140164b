import type { Groups } from './groups'
import type { Rule } from './rule'

/** What a schema cannot say. */
export function checkRule(_rule: Rule, _at: string, _groups: Groups | undefined): void {}
