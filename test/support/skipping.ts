/** Skips a test, or all of a suite from its `before`, where a server is not installed; prints the reason. */
export function skipWithout(reason: string | undefined, context: Mocha.Context): void {
  if (reason === undefined) return
  console.log(`      not run: ${reason}`)
  context.skip()
}
