import { closest } from '../../lib/closest.ts';
import { checkCall } from './check-call.ts';
import { checkName, memberPath } from './check-name.ts';
import type { Expression, Operator, Type } from './expression.ts';
import type { Names } from './names.ts';
import { bands } from './names.ts';
import { parseSyntax, type Problem, type SyntaxNode } from './parse.ts';

/** A checked part: a typed expression, the untyped null, or undefined after a mistake that has been reported. */
export type Checked = Expression | undefined;

/** The state of one check: what may be named, and what was found wrong. */
export interface Check {
  readonly text: string;
  readonly names: Names;
  readonly problems: Problem[];
  /** The whole expression; `rate` and `trend` are allowed only there. */
  readonly top: SyntaxNode;
}

/** Words for types in messages. */
export const typeNames: Readonly<Record<Type, string>> = {
  number: 'a number',
  string: 'a text',
  bool: 'true or false',
  time: 'a time',
  list: 'a list',
  version: 'a version',
  series: 'a series',
};

/**
 * Parses and checks the text of an expression against the names of its place. Every independent mistake is reported
 * once; what depends on a mistake is left alone. `expression` is null when there is any problem.
 */
export function parseExpression(
  text: string,
  names: Names,
  expected: Type,
): { expression: Expression | null; problems: readonly Problem[] } {
  const syntax = parseSyntax(text);
  if (syntax.node === null) return { expression: null, problems: [syntax.problem] };
  const check: Check = { text, names, problems: [], top: syntax.node };
  const found = checkNode(syntax.node, check);
  if (found !== undefined && check.problems.length === 0) {
    const fitted = isUntypedNull(found) ? undefined : coerce(found, expected);
    if (fitted?.type === expected) return { expression: fitted, problems: [] };
    const what = isUntypedNull(found) ? 'null' : typeNames[found.type];
    report(
      check,
      syntax.node,
      'cel/type',
      `${names.place} must be ${typeNames[expected]}, this is ${what}`,
      hintFor(found, expected),
    );
  }
  return { expression: null, problems: check.problems };
}

function hintFor(found: Expression, expected: Type): string | undefined {
  if (expected === 'bool' && found.type === 'number') return 'compare it, as in `… > 0`';
  if (expected === 'number' && found.type === 'bool') return 'write `… ? 1 : 0`';
  if (expected === 'number' && found.type === 'time') return 'use daysSince(…)';
  if (expected === 'number' && found.type === 'series') return 'use trend(…)';
  return undefined;
}

/** Notes a mistake at a node. */
export function report(
  check: Check,
  node: SyntaxNode,
  code: Problem['code'],
  message: string,
  hint?: string,
): undefined {
  check.problems.push({ code, start: node.start, end: node.end, message, ...(hint === undefined ? {} : { hint }) });
  return undefined;
}

/** "did you mean" for a name among candidates. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const near = closest(name, candidates);
  return near === undefined || near === null ? undefined : `did you mean ${near}?`;
}

/** The parts when none of them had a mistake. */
export function allOf<T>(parts: readonly (T | undefined)[]): readonly T[] | undefined {
  const whole = parts.filter((part) => part !== undefined);
  return whole.length === parts.length ? whole : undefined;
}

/** Makes a call node. */
export function callOf(operator: Operator, type: Type, args: readonly Expression[]): Expression {
  return { kind: 'call', type, operator, args };
}

/** Checks one node and everything below it. */
export function checkNode(node: SyntaxNode, check: Check): Checked {
  switch (node.op) {
    case 'value':
      return checkLiteral(node, check);
    case 'id':
    case '.':
    case '[]':
      return checkName(node, check);
    case 'call':
      return checkCall(node, node.args[0], node.args[1], check);
    case 'rcall':
      if (memberPath(node.args[1]) === null && !['value', 'call', 'rcall'].includes(node.args[1].op)) {
        return report(check, node, 'cel/unsupported', 'a function cannot be called on this');
      }
      return checkCall(node, node.args[0], [node.args[1], ...node.args[2]], check);
    case 'list':
      return checkTextList(node, node.args, check);
    case '!_':
      return unary(node.args, 'not', 'bool', check);
    case '-_':
      return negative(node.args, check);
    case '&&':
      return logical(node.args, 'and', check);
    case '||':
      return logical(node.args, 'or', check);
    case '?:':
      return conditional(node.args, check);
    case 'in':
      return membership(node.args, check);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node, node.args, comparisons[node.op], check);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(node, node.args, arithmetics[node.op], check);
    case 'map':
    case '.?':
    case '[?]':
      return report(check, node, 'cel/unsupported', 'maps and optional access are not part of the language');
  }
}

const comparisons = {
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
} as const;
const arithmetics = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' } as const;

function checkLiteral(node: Extract<SyntaxNode, { op: 'value' }>, check: Check): Checked {
  const value = node.args;
  if (typeof value === 'bigint' || typeof value === 'number') {
    return { kind: 'literal', type: 'number', value: Number(value) };
  }
  if (typeof value === 'string') return { kind: 'literal', type: 'string', value };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'bool', value };
  if (value === null) return untypedNull;
  return report(check, node, 'cel/unsupported', 'numbers are written plainly, without u, and bytes are not supported');
}

// `null` has no type of its own until it stands beside something that has one.
const untypedNull: Expression = { kind: 'literal', type: 'bool', value: null };

/** The authored `null`. */
export function isUntypedNull(expression: Expression): boolean {
  return expression === untypedNull;
}

function negative(node: SyntaxNode, check: Check): Checked {
  const found = unary(node, 'negate', 'number', check);
  const inner = found?.kind === 'call' ? found.args[0] : undefined;
  if (inner?.kind === 'literal' && typeof inner.value === 'number') return { ...inner, value: 0 - inner.value };
  return found;
}

function unary(node: SyntaxNode, operator: Operator, type: Type, check: Check): Checked {
  const arg = need(node, type, check);
  return arg === undefined ? undefined : callOf(operator, type, [arg]);
}

/** Checks a node that must have a type. */
export function need(node: SyntaxNode, type: Type, check: Check): Checked {
  const found = checkNode(node, check);
  if (found === undefined) return undefined;
  const fitted = isUntypedNull(found) ? undefined : coerce(found, type);
  if (fitted?.type === type) return fitted;
  const what = isUntypedNull(found) ? 'null' : typeNames[found.type];
  return report(check, node, 'cel/type', `${typeNames[type]} is needed here, this is ${what}`, hintFor(found, type));
}

/** Turns a literal into the type wanted where that is safe: a text into a version, null into anything. */
export function coerce(expression: Expression, type: Type): Expression {
  if (expression.kind !== 'literal') return expression;
  if (isUntypedNull(expression)) return { kind: 'literal', type, value: null };
  if (type === 'version' && expression.type === 'string') return { ...expression, type };
  return expression;
}

function logical(args: readonly [SyntaxNode, SyntaxNode], operator: 'and' | 'or', check: Check): Checked {
  const [a, b] = args.map((arg) => need(arg, 'bool', check));
  return a === undefined || b === undefined ? undefined : callOf(operator, 'bool', [a, b]);
}

function conditional([condition, yes, no]: readonly [SyntaxNode, SyntaxNode, SyntaxNode], check: Check): Checked {
  const test = need(condition, 'bool', check);
  const branches = sameType([yes, no], check);
  const type = branches?.[0]?.type;
  if (test === undefined || branches === undefined || type === undefined) return undefined;
  return callOf('conditional', type, [test, ...branches]);
}

/** Checks nodes that must all have one type, whatever it is. */
export function sameType(nodes: readonly SyntaxNode[], check: Check): readonly Expression[] | undefined {
  const all = allOf(nodes.map((node) => checkNode(node, check)));
  if (all === undefined) return undefined;
  const leading =
    all.find((one) => !isUntypedNull(one) && one.kind !== 'literal') ?? all.find((one) => !isUntypedNull(one));
  if (leading === undefined) {
    const first = nodes[0];
    return first === undefined ? undefined : report(check, first, 'cel/type', 'null alone has no meaning here');
  }
  const fitted = all.map((one) => coerce(one, leading.type));
  const odd = fitted.findIndex((one) => one.type !== leading.type);
  const oddNode = nodes[odd];
  if (oddNode === undefined) return fitted;
  const got = fitted[odd];
  const what = got === undefined ? 'something else' : typeNames[got.type];
  return report(
    check,
    oddNode,
    'cel/type',
    `this is ${what}, but ${typeNames[leading.type]} stands beside it`,
    mixHint(fitted),
  );
}

function mixHint(parts: readonly Expression[]): string | undefined {
  const types = new Set(parts.map((part) => part.type));
  if (types.has('time') && types.has('string')) return "write a fixed time as timestamp('2026-01-31T00:00:00Z')";
  if (types.has('string') && types.has('number')) return 'a number is written without quotes';
  return undefined;
}

function comparison(
  node: SyntaxNode,
  args: readonly [SyntaxNode, SyntaxNode],
  operator: Operator,
  check: Check,
): Checked {
  const presence = comparedWithNull(args, operator, check);
  if (presence !== null) return presence;
  const both = sameType(args, check);
  if (both === undefined) return undefined;
  const [a, b] = both;
  if (a === undefined || b === undefined) return undefined;
  const ordering = operator !== 'equal' && operator !== 'notEqual';
  if (a.type === 'list' || a.type === 'series' || (ordering && a.type === 'bool')) {
    return report(
      check,
      node,
      'cel/type',
      `${typeNames[a.type]} cannot be compared in this way`,
      a.type === 'list' ? 'use `in` or contains(…)' : undefined,
    );
  }
  checkKnownText(a, b, args[1], check);
  checkKnownText(b, a, args[0], check);
  return callOf(operator, 'bool', [a, b]);
}

/** `x == null` and `x != null` ask whether x is known. */
function comparedWithNull(args: readonly [SyntaxNode, SyntaxNode], operator: Operator, check: Check): Checked | null {
  const at = args.findIndex((arg) => arg.op === 'value' && arg.args === null);
  const other = args[at === 0 ? 1 : 0];
  if (at < 0 || other === undefined || (operator !== 'equal' && operator !== 'notEqual')) return null;
  const value = checkNode(other, check);
  if (value === undefined) return undefined;
  const known = callOf('has', 'bool', [value]);
  return operator === 'notEqual' ? known : callOf('not', 'bool', [known]);
}

/** A text compared with `segment`, `band` or `phase` must be one that exists. */
function checkKnownText(name: Expression, literal: Expression, at: SyntaxNode, check: Check): void {
  if (name.kind !== 'reference' || name.scope !== 'evaluation' || literal.kind !== 'literal') return;
  const { value } = literal;
  const spec = Object.hasOwn(knownTexts, name.name) ? knownTexts[name.name] : undefined;
  if (spec === undefined || typeof value !== 'string') return;
  const known = spec.known(check.names);
  if (known.has(value)) return;
  report(check, at, spec.code, `there is no ${name.name} ${JSON.stringify(value)}`, didYouMean(value, known));
}

const knownBands: ReadonlySet<string> = new Set(bands);
const knownTexts: Readonly<
  Record<string, { readonly code: Problem['code']; readonly known: (names: Names) => ReadonlySet<string> }>
> = {
  segment: { code: 'model/unknown-segment', known: (names) => names.segments },
  band: { code: 'model/unknown-band', known: () => knownBands },
  phase: { code: 'model/unknown-phase', known: (names) => names.phases },
};

function arithmetic(
  node: SyntaxNode,
  args: readonly [SyntaxNode, SyntaxNode],
  operator: Operator,
  check: Check,
): Checked {
  const [a, b] = args.map((arg) => checkNode(arg, check));
  if (a === undefined || b === undefined) return undefined;
  if (a.type === 'number' && b.type === 'number') return callOf(operator, 'number', [a, b]);
  const odd = a.type === 'number' ? b : a;
  const what = isUntypedNull(odd) ? 'null' : typeNames[odd.type];
  const hint = odd.type === 'time' ? 'use daysSince(…) or daysUntil(…)' : undefined;
  return report(check, node, 'cel/type', `arithmetic works on numbers, this is ${what}`, hint);
}

function membership([value, list]: readonly [SyntaxNode, SyntaxNode], check: Check): Checked {
  if (list.op !== 'list') {
    const both = allOf([need(value, 'string', check), need(list, 'list', check)]);
    return both === undefined ? undefined : callOf('in', 'bool', both);
  }
  const wanted = checkNode(value, check);
  if (list.args.length === 0) return report(check, list, 'cel/type', 'nothing is in an empty list');
  if (wanted === undefined || isUntypedNull(wanted)) {
    return wanted === undefined ? undefined : report(check, value, 'cel/type', 'null is in no list');
  }
  const known = allOf(list.args.map((element) => need(element, wanted.type, check)));
  if (known === undefined) return undefined;
  for (const [i, element] of known.entries()) {
    const at = list.args[i];
    if (at !== undefined) checkKnownText(wanted, element, at, check);
  }
  if (wanted.type === 'string' && known.every((element) => element.kind === 'literal')) {
    const texts = known.map((element) => String(element.kind === 'literal' ? element.value : ''));
    return callOf('in', 'bool', [wanted, { kind: 'literal', type: 'list', value: texts }]);
  }
  // Other types have no list of their own: "one of them is equal" says the same.
  return known
    .map((element) => callOf('equal', 'bool', [wanted, element]))
    .reduce((all, one) => callOf('or', 'bool', [all, one]));
}

function checkTextList(node: SyntaxNode, elements: readonly SyntaxNode[], check: Check): Checked {
  const texts = allOf(
    elements.map((element) => (element.op === 'value' && typeof element.args === 'string' ? element.args : undefined)),
  );
  if (texts === undefined) return report(check, node, 'cel/type', 'a list here holds texts in quotes');
  return { kind: 'literal', type: 'list', value: texts };
}
