/** In each run of all tests: the rest is for whoever changes what has to survive them. */
const PART = 0.1

/** How many kills a test makes, of the number that shows what hardly ever happens: all of them with `KILLS=all`. */
export function killsOf(all: number): number {
  return process.env.KILLS === 'all' ? all : Math.ceil(all * PART)
}
