import type { WriteTask } from './contender'

interface Answer {
  readonly results?: readonly { readonly series?: readonly { readonly values?: readonly (readonly unknown[])[] }[] }[]
}

/** Points that the server has. */
export async function countPoints({ url, database }: Pick<WriteTask, 'url' | 'database'>): Promise<number> {
  const words = new URLSearchParams({ db: database, q: 'SELECT count("power_w") FROM /.*/' })
  const response = await fetch(`${url}/query?${words}`)
  const { results } = (await response.json()) as Answer
  return Number(results?.[0]?.series?.[0]?.values?.[0]?.[1] ?? 0)
}
