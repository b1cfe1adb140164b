import { MEDIA_TYPES } from '../answers/negotiation'
import { route } from '../routing/route'

const MOST_REQUESTS = 50

interface BatchBody {
  readonly requests: readonly { readonly id?: string; readonly path: string }[]
}

export const postBatch = route<Record<never, never>, BatchBody>({
  method: 'POST',
  path: '/batch',
  id: 'postBatch',
  tag: 'batch',
  summary: 'Several questions in one request, answered together',
  description:
    'One that fails does not keep the others from their answers. Commands and live answers are not for batches.',
  right: 'read',
  parameters: {},
  body: {
    description: 'Requests, each a path of this API with its query',
    schema: {
      type: 'object',
      properties: {
        requests: {
          type: 'array',
          minItems: 1,
          maxItems: MOST_REQUESTS,
          items: {
            type: 'object',
            properties: {
              id: { type: 'string', maxLength: 64, description: 'Comes back with the answer.' },
              path: { type: 'string', minLength: 2, maxLength: 4096, pattern: '^/' },
            },
            required: ['path'],
            additionalProperties: false,
          },
        },
      },
      required: ['requests'],
      additionalProperties: false,
    },
  },
  answers: {
    200: {
      description: 'Answers, in the order of the requests',
      schema: {
        type: 'object',
        properties: {
          answers: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                id: { type: 'string' },
                status: { type: 'integer' },
                type: { type: 'string', description: 'Media type' },
                body: { description: 'JSON as it is; else text' },
              },
              required: ['status', 'type', 'body'],
            },
          },
        },
        required: ['answers'],
      },
    },
  },
  async answer({ body: { requests }, ask }) {
    const answers = await Promise.all(
      requests.map(async ({ id, path }) => {
        const { status, type, body } = await ask(path)
        const head = JSON.stringify({ id, status, type }).slice(0, -1)
        return `${head},"body":${isJson(type) ? body : JSON.stringify(body)}}`
      }),
    )
    // Parts are JSON already; to parse them would hold up everybody else.
    return { text: `{"answers":[${answers.join()}]}`, type: MEDIA_TYPES.json }
  },
})

function isJson(type: string): boolean {
  return /^application\/(?:[a-z]+\+)?json\b/.test(type)
}
