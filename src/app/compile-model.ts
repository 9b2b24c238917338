import { compile, type CompiledModel } from '../compile/compile.ts';
import type { ResolvedModel } from '../model/resolved.ts';

/**
 * Compiles a model, whether it comes from YAML or back from PostgreSQL. jsonb forgets the order of keys, and the names
 * of rollup columns are hashes of text: so keys are put in order first.
 */
export function compileModel(model: ResolvedModel): CompiledModel {
  return compile(sorted(model));
}

function sorted<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => sorted(one)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, one]: [string, unknown]) => [key, sorted(one)]),
  ) as Value;
}
