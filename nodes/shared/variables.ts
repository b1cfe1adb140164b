const VARIABLE = /^\$\{[^}]+\}$/

/** Whether a text names an environment variable, `${NAME}`. In a deployed node it does where that is not set. */
export function isVariable(text: string): boolean {
  return VARIABLE.test(text)
}
