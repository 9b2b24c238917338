import type { PropertyType } from '../model/resolved.ts';
import { type Located, placeOf } from '../model/source/tree.ts';
import { diagnostic } from '../model/diagnostics.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { closest } from '../lib/closest.ts';
import { instantOf } from './instant.ts';
import { mistake, type Report } from './read-part.ts';
import type { Traits } from './scenario.ts';

/** What the values of a map may be: their types by name, null when nothing is known of them. */
export interface Declared {
  readonly types: Readonly<Record<string, PropertyType>> | null;
  readonly code: DiagnosticCode;
  /** As in "the event Signed In has no property x". */
  readonly owner: string;
  readonly what: 'property' | 'trait';
  /** Whether null may be given, to remove one. */
  readonly removable: boolean;
}

/** Reads properties or traits in the types that the model declares; what they become is what an SDK would send. */
export function readValues(located: Located | null, declared: Declared, start: number, report: Report): Traits {
  if (located === null) return {};
  if (located.kind !== 'map') {
    mistake(report, located, 'model/wrong-type', 'a map of names and values is needed here');
    return {};
  }
  const values: [string, unknown][] = [];
  const { types } = declared;
  for (const [name, { key, value }] of located.entries) {
    const type = types === null || !Object.hasOwn(types, name) ? null : (types[name] ?? null);
    if (types !== null && type === null) {
      const near = closest(name, Object.keys(types));
      const hint = near === null ? undefined : `did you mean ${near}?`;
      const message = `${declared.owner} has no ${declared.what} ${JSON.stringify(name)}`;
      report(diagnostic(declared.code, placeOf(key), message, hint));
      continue;
    }
    const sent = sentAs(value, type, start);
    if (sent === undefined || (sent === null && !declared.removable))
      mistake(report, value, 'model/wrong-type', `${name} is ${wanted[type ?? 'string']}`, hints[type ?? 'string']);
    else values.push([name, sent]);
  }
  return Object.fromEntries(values);
}

const wanted: Readonly<Record<PropertyType, string>> = {
  number: 'a number',
  string: 'a text',
  bool: 'true or false',
  time: 'an instant',
  list: 'a list of texts or numbers',
  version: 'a version',
};

const hints: Readonly<Partial<Record<PropertyType, string>>> = {
  time: 'an offset from the start such as 60d, or an instant such as 2026-03-02T09:00:00Z',
  version: 'for example 2.10',
};

/** The value as it is sent; undefined when it is of another type. */
function sentAs(located: Located, type: PropertyType | null, start: number): unknown {
  if (located.kind === 'list') return type === null || type === 'list' ? listOf(located.items) : undefined;
  if (located.kind === 'map') return undefined;
  const { value, written } = located;
  if (value === null) return null;
  switch (type) {
    case null:
      return value;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
    case 'version':
      return typeof value === 'boolean' ? undefined : typeof value === 'number' ? written : value;
    case 'time': {
      const instant = typeof value === 'string' ? instantOf(value, start) : null;
      return instant === null ? undefined : new Date(instant).toISOString();
    }
    case 'list':
      return undefined;
  }
}

function listOf(items: readonly Located[]): unknown {
  const values = items.map((item) => (item.kind === 'scalar' ? item.value : null));
  return values.includes(null) ? undefined : values;
}
