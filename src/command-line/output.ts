/** Where a run of the command line writes. Lines end themselves. */
export interface Output {
  line(text: string): void
  error(text: string): void
}

/** Text that came from a device or a person, safe for a terminal and on one line. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
