import type { Type } from '../../model/expression/expression.ts';
import { listOrNull } from '../expression/list.ts';
import type { SqlScope } from '../expression/scope.ts';
import type { Parameters } from '../parameters.ts';

/** A property of the event at hand, as a nullable value of its type. */
export function propertySql(name: string, type: Type, parameters: Parameters): string {
  const key = parameters.text(name);
  const text = `if(mapContains(texts, ${key}), texts[${key}], NULL)`;
  switch (type) {
    case 'number':
      return `if(mapContains(numbers, ${key}), toNullable(numbers[${key}]), NULL)`;
    case 'time':
      return `if(mapContains(times, ${key}), toNullable(toFloat64(toUnixTimestamp64Milli(times[${key}]))), NULL)`;
    case 'bool':
      return `transform(texts[${key}], ['true', 'false'], [toNullable(toUInt8(1)), toNullable(toUInt8(0))], NULL)`;
    case 'list':
      return listOrNull(text);
    case 'string':
    case 'version':
      return text;
    case 'series':
      throw new Error('a property is never a series');
  }
}

/** What a `where` sees: the properties of the event, nothing that depends on when one looks. */
export function eventScope(parameters: Parameters): SqlScope {
  return {
    parameters,
    reference: (scope, name, type) => (scope === 'properties' ? propertySql(name, type, parameters) : never(scope)),
    now: () => never('now'),
    before: () => never('before'),
    releases: [],
    ratePrior: "CAST(NULL, 'Nullable(Float64)')",
    trendMedian: "CAST(NULL, 'Nullable(Float64)')",
  };
}

function never(what: string): never {
  throw new Error(`${what} cannot be used in a condition on an event`);
}
