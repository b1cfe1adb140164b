import type { Parameter } from '../routing/parameter'

// Stores cut a text at NUL and replace lone surrogates.
const ID = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^\\p{Cc}\\p{Cs}]*$' } as const

export const DEVICE_ID = {
  in: 'path',
  description: 'Id of the device: stable, as readings have it',
  schema: ID,
} as const satisfies Parameter
