import { listOf, numberOf, objectOf, parseObject, type JsonObject } from '../../json'
import { conversationError, isNotSupported } from './smart-error'
import type { Method, Query } from './smart-query'

export type Answer =
  | { readonly kind: 'given'; readonly value: JsonObject }
  /** The device has no part for it and will not have one before its firmware changes. */
  | { readonly kind: 'unsupported'; readonly error_code: number }
  /** Refused this time. */
  | { readonly kind: 'refused'; readonly error_code: number | undefined }

/** By method, as far as the device has answered. */
export type Answers = ReadonlyMap<Method, Answer>

export interface Reply {
  readonly answers: Answers
  /** The error that the device has for the batch as a whole. */
  readonly batch_error_code: number | undefined
}

const NO_ANSWERS: Answers = new Map()

export function givenIn(answers: Answers, method: Method): JsonObject | undefined {
  const answer = answers.get(method)
  return answer?.kind === 'given' ? answer.value : undefined
}

/**
 * What a reply says to each question. A batch ends at its first error, so that answers may be missing.
 * @throws MonitorError `REPLY_INVALID`, or what the device's error means for the whole conversation
 */
export function readReply(text: string, query: Query): Reply {
  const outer = parseObject(text)
  if (query.child_id === undefined) return readBody(outer, query)
  const outer_error_code = errorCodeOf(outer)
  if (outer_error_code !== 0) return refusalOf(outer_error_code, query)
  return readBody(objectOf(objectOf(outer.result)?.responseData) ?? {}, query)
}

function readBody(body: JsonObject, query: Query): Reply {
  const { questions } = query
  const [first] = questions
  if (first && questions.length === 1) {
    return { answers: new Map([[first.method, answerOf(body)]]), batch_error_code: undefined }
  }
  const responses = listOf(objectOf(body.result)?.responses)
  const error_code = errorCodeOf(body)
  // Some firmware repeats the failed part's error for the whole.
  if (responses.length === 0) return refusalOf(error_code, query)
  const answers = new Map<Method, Answer>()
  for (const item of responses.slice(0, questions.length)) {
    const response = objectOf(item)
    const question = response && questions.find(({ method }) => method === response.method)
    if (question && !answers.has(question.method)) answers.set(question.method, answerOf(response))
  }
  return { answers, batch_error_code: undefined }
}

function refusalOf(error_code: number, { questions }: Query): Reply {
  const error = conversationError(error_code)
  if (error) throw error
  const [first] = questions
  if (!first || questions.length > 1) return { answers: NO_ANSWERS, batch_error_code: error_code }
  return { answers: new Map([[first.method, errorAnswer(error_code)]]), batch_error_code: undefined }
}

function answerOf(response: JsonObject): Answer {
  const error_code = errorCodeOf(response)
  if (error_code !== 0) return errorAnswer(error_code)
  const value = objectOf(response.result)
  return value ? { kind: 'given', value } : { kind: 'refused', error_code: undefined }
}

function errorAnswer(error_code: number): Answer {
  const error = conversationError(error_code)
  if (error) throw error
  return { kind: isNotSupported(error_code) ? 'unsupported' : 'refused', error_code }
}

function errorCodeOf(response: JsonObject): number {
  return numberOf(response.error_code) ?? 0
}
