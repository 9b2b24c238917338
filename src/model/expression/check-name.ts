import { type Check, type Checked, didYouMean, report, typeNames } from './check.ts';
import type { Scope } from './expression.ts';
import { bareNames, type Meaning, type Prefix } from './names.ts';
import type { Problem, SyntaxNode } from './parse.ts';

const prefixes: Readonly<Record<Prefix, { scope: Scope; noun: string; code: Problem['code'] }>> = {
  account: { scope: 'account', noun: 'trait', code: 'model/unknown-trait' },
  person: { scope: 'account', noun: 'trait', code: 'model/unknown-trait' },
  properties: { scope: 'properties', noun: 'property', code: 'model/unknown-property' },
  measures: { scope: 'measures', noun: 'measure', code: 'model/unknown-measure' },
  indicators: { scope: 'indicators', noun: 'indicator', code: 'model/unknown-indicator' },
};

function isPrefix(word: string): word is Prefix {
  return Object.hasOwn(prefixes, word);
}

/** The words of a dotted name, `a["b c"]` included; null when it is something else. */
export function memberPath(node: SyntaxNode): readonly string[] | null {
  if (node.op === 'id') return [node.args];
  if (node.op === '.') {
    const parent = memberPath(node.args[0]);
    return parent === null ? null : [...parent, node.args[1]];
  }
  if (node.op === '[]' && node.args[1].op === 'value' && typeof node.args[1].args === 'string') {
    const parent = memberPath(node.args[0]);
    return parent === null ? null : [...parent, node.args[1].args];
  }
  return null;
}

/** Checks a name: `account.seats`, `properties.order.total`, `measures["my id"]`, `segment`. */
export function checkName(node: SyntaxNode, check: Check): Checked {
  const path = memberPath(node);
  if (path === null)
    return report(
      check,
      node,
      'cel/unsupported',
      'elements of lists cannot be picked; use `in`, contains(…) or size(…)',
    );
  const [first = '', ...rest] = path;
  if (rest.length === 0) return checkBare(node, first, check);
  if (!isPrefix(first)) return unknownPrefix(node, first, rest, check);
  const spec = prefixes[first];
  const names = check.names.prefixes[first];
  if (names === undefined) return notHere(node, `${first}.…`, check);
  const name = rest.join('.');
  const meaning = names.get(name);
  if (meaning === undefined) {
    return report(check, node, spec.code, `there is no ${spec.noun} ${JSON.stringify(name)}`, nameHint(name, names));
  }
  return resolve(node, spec.scope, name, meaning, check);
}

function resolve(node: SyntaxNode, scope: Scope, name: string, meaning: Meaning, check: Check): Checked {
  switch (meaning.kind) {
    case 'reference':
      return { kind: 'reference', type: meaning.type, scope, name: meaning.name };
    case 'inline':
      return meaning.expression;
    case 'broken':
      return undefined;
    case 'ambiguous':
      return report(
        check,
        node,
        'measure/property-types-differ',
        `${JSON.stringify(name)} is ${meaning.types.map((type) => typeNames[type]).join(' in one event and ')} in another`,
        'give it one type in the catalog, or name fewer events',
      );
  }
}

function nameHint(name: string, names: ReadonlyMap<string, Meaning>): string {
  const near = didYouMean(name, names.keys());
  if (near !== undefined) return near;
  const known = [...names.keys()].slice(0, 8);
  return known.length === 0
    ? 'none is declared'
    : `known: ${known.join(', ')}${names.size > known.length ? ', …' : ''}`;
}

function checkBare(node: SyntaxNode, name: string, check: Check): Checked {
  const type = check.names.bare.get(name);
  if (type !== undefined) return { kind: 'reference', type, scope: 'evaluation', name };
  if (Object.hasOwn(bareNames, name)) return notHere(node, name, check);
  if (Object.hasOwn(prefixes, name)) {
    return report(check, node, 'model/unknown-name', `${name} is not a value by itself`, `write ${name}.something`);
  }
  return report(check, node, 'model/unknown-name', `there is no name ${JSON.stringify(name)}`, bareHint(name, check));
}

function bareHint(name: string, check: Check): string | undefined {
  for (const [prefix, names] of Object.entries(check.names.prefixes)) {
    if (names.has(name)) return `did you mean ${prefix}.${name}?`;
  }
  if (check.names.segments.has(name) || check.names.phases.has(name)) return `a text stands in quotes: "${name}"`;
  return didYouMean(name, [...check.names.bare.keys(), ...Object.keys(check.names.prefixes)]);
}

function unknownPrefix(node: SyntaxNode, first: string, rest: readonly string[], check: Check): Checked {
  if (Object.hasOwn(bareNames, first)) {
    return report(check, node, 'model/unknown-name', `${first} has nothing called ${rest.join('.')}`);
  }
  const hint = didYouMean(first, Object.keys(check.names.prefixes));
  return report(check, node, 'model/unknown-name', `there is no name ${JSON.stringify(first)}`, hint);
}

function notHere(node: SyntaxNode, name: string, check: Check): Checked {
  const known = [...Object.keys(check.names.prefixes).map((prefix) => `${prefix}.…`), ...check.names.bare.keys()];
  return report(
    check,
    node,
    'cel/not-here',
    `${name} is not known in ${check.names.place}`,
    `known here: ${known.join(', ')}`,
  );
}
