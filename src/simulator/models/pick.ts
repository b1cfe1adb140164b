import { invalid } from '../../domain/errors'

/** @throws MonitorError `CONFIG_INVALID` where no such model is known */
export function pickModel<Catalogue extends object, Model extends keyof Catalogue>(
  catalogue: Catalogue,
  model: Model,
): Catalogue[Model] {
  if (Object.hasOwn(catalogue, model)) return catalogue[model]
  throw invalid('CONFIG_INVALID', 'model', model, `one of ${Object.keys(catalogue).join(', ')}`)
}
