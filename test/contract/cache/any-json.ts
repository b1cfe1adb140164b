import fc from 'fast-check'
import { printable } from '../../support/wildcards'

/** Code units in any order, halves of pairs among them. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes))
const texts = fc.oneof(fc.constantFrom('', '__proto__', 'constructor', '\0', '\ud800', '1'), fc.string(), units)
const numbers = fc.oneof(
  fc.constantFrom(0, -0, 2 ** 53 + 2, -Number.MAX_VALUE, Number.MIN_VALUE, 1e21, 0.1),
  fc.double(),
  fc.integer(),
)

/** Whatever a flow may give to keep, and JSON can hold. */
export const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    numbers,
    texts,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(texts, tie('value')), { maxLength: 5 }).map((entries): unknown => Object.fromEntries(entries)),
  ),
})).value

/** Of any characters that a key or tag may have. */
export const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(printable)
