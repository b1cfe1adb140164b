import Ajv2020 from 'ajv/dist/2020'
import { invalid } from '../../domain/errors'
import { mistakeIn } from '../routing/validators'
import { FILTER_PARAMETERS, LiveFilter, type FilterValues } from './filter'

/** Enough for as many ids as a filter may have. */
export const LONGEST_MESSAGE_BYTES = 32_768

const parameters = Object.entries(FILTER_PARAMETERS).map(([name, { schema }]) => [name, schema] as const)

/** A client chooses another filter: `{"type":"filter","device_id":["..."]}`. */
const FILTER_MESSAGE = {
  type: 'object',
  properties: { type: { const: 'filter' }, ...Object.fromEntries(parameters) },
  required: ['type'],
  additionalProperties: false,
}

const validate = new Ajv2020({ useDefaults: true, verbose: true }).compile<FilterValues>(FILTER_MESSAGE)

/** @throws MonitorError `INPUT_INVALID` naming what is wrong */
export function filterIn(message: string): LiveFilter {
  const given = parsed(message)
  if (!validate(given)) throw mistakeIn(validate, 'message')
  return new LiveFilter(given)
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    throw invalid('INPUT_INVALID', 'message', message, 'JSON such as {"type":"filter","events":["readings"]}')
  }
}
