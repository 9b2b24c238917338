import {
  allOf,
  callOf,
  type Check,
  type Checked,
  checkNode,
  coerce,
  didYouMean,
  isUntypedNull,
  need,
  report,
  sameType,
  typeNames,
} from './check.ts';
import { aliases, functions, type FunctionSpec, rewritten, type Signature } from './functions.ts';
import type { SyntaxNode } from './parse.ts';

/** Checks a call, `f(a, b)` or `a.f(b)`. */
export function checkCall(node: SyntaxNode, authored: string, args: readonly SyntaxNode[], check: Check): Checked {
  const name = aliases[authored] ?? authored;
  if (name === 'timestamp') return timestamp(node, args, check);
  if (name === 'daysUntil') return daysUntil(node, args, check);
  const spec = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (spec === undefined) return unknownFunction(node, authored, args, check);
  if (spec.topOnly === true && !(check.names.cohortFunctions && node === check.top)) {
    return report(
      check,
      node,
      'cel/top-only',
      `${authored}(…) can only be the whole value of an indicator`,
      'give it an indicator of its own and use indicators.<id>',
    );
  }
  if (spec.operator === 'has') return has(node, args, spec, check);
  if (spec.operator === 'coalesce') return coalesce(node, args, spec, check);
  if (spec.operator === 'before') return before(node, args, spec, check);
  return bySignature(node, args, spec, check);
}

function unknownFunction(node: SyntaxNode, name: string, args: readonly SyntaxNode[], check: Check): Checked {
  const known = [...Object.keys(functions), ...Object.keys(aliases), ...Object.keys(rewritten)];
  return report(
    check,
    node,
    'cel/unknown-function',
    `there is no function ${name}`,
    didYouMean(name, known) ?? listHint(args),
  );
}

function listHint(args: readonly SyntaxNode[]): string | undefined {
  return args.length === 0 ? undefined : `functions: ${Object.keys(functions).join(', ')}`;
}

function wrongCount(node: SyntaxNode, spec: FunctionSpec, check: Check): undefined {
  return report(check, node, 'cel/arguments', 'wrong number of arguments', `write ${spec.usage}`);
}

function bySignature(node: SyntaxNode, args: readonly SyntaxNode[], spec: FunctionSpec, check: Check): Checked {
  const signatures = (spec.signatures ?? []).filter((one) => fitsCount(one, args.length));
  if (signatures.length === 0) return wrongCount(node, spec, check);
  const only = signatures.length === 1 ? signatures[0] : undefined;
  if (only !== undefined) {
    const found = allOf(args.map((arg, i) => need(arg, typeAt(only, i), check)));
    return found === undefined ? undefined : callOf(spec.operator, only.result, found);
  }
  const known = allOf(args.map((arg) => checkNode(arg, check)));
  if (known === undefined) return undefined;
  const match = signatures.find((one) => known.every((arg, i) => !isUntypedNull(arg) && arg.type === typeAt(one, i)));
  if (match !== undefined) return callOf(spec.operator, match.result, known);
  const got = known.map((arg) => (isUntypedNull(arg) ? 'null' : typeNames[arg.type])).join(' and ');
  return report(check, node, 'cel/type', `this is called with ${got}`, `write ${spec.usage}`);
}

function fitsCount(signature: Signature, count: number): boolean {
  return signature.more === true ? count >= signature.args.length : count === signature.args.length;
}

function typeAt(signature: Signature, index: number): Signature['result'] {
  return signature.args[Math.min(index, signature.args.length - 1)] ?? 'number';
}

function has(node: SyntaxNode, args: readonly SyntaxNode[], spec: FunctionSpec, check: Check): Checked {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) return wrongCount(node, spec, check);
  const value = checkNode(arg, check);
  if (value === undefined) return undefined;
  return callOf('has', 'bool', [coerce(value, 'bool')]);
}

function coalesce(node: SyntaxNode, args: readonly SyntaxNode[], spec: FunctionSpec, check: Check): Checked {
  if (args.length < 2) return wrongCount(node, spec, check);
  const values = sameType(args, check);
  const type = values?.[0]?.type;
  return values === undefined || type === undefined ? undefined : callOf('coalesce', type, values);
}

function before(node: SyntaxNode, args: readonly SyntaxNode[], spec: FunctionSpec, check: Check): Checked {
  const [traitNode, daysNode] = args;
  if (traitNode === undefined || daysNode === undefined || args.length !== 2) return wrongCount(node, spec, check);
  const trait = checkNode(traitNode, check);
  const days = need(daysNode, 'number', check);
  if (trait === undefined || days === undefined) return undefined;
  if (trait.kind !== 'reference' || trait.scope !== 'account') {
    return report(
      check,
      traitNode,
      'cel/arguments',
      'only a trait can be asked for as it was before',
      `write ${spec.usage}`,
    );
  }
  if (days.kind !== 'literal' || typeof days.value !== 'number' || days.value <= 0) {
    return report(check, daysNode, 'cel/arguments', 'the number of days is a fixed number above 0');
  }
  // As for durations: further back no store has a date.
  if (days.value > 36_500) return report(check, daysNode, 'cel/arguments', 'at most 36500 days can be looked back');
  return callOf('before', trait.type, [trait, days]);
}

function timestamp(node: SyntaxNode, args: readonly SyntaxNode[], check: Check): Checked {
  const [arg] = args;
  const text = args.length === 1 && arg?.op === 'value' && typeof arg.args === 'string' ? arg.args : null;
  const value =
    text !== null && /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    return report(check, node, 'cel/arguments', 'this is not a fixed time', "write timestamp('2026-01-31T00:00:00Z')");
  }
  return { kind: 'literal', type: 'time', value };
}

function daysUntil(node: SyntaxNode, args: readonly SyntaxNode[], check: Check): Checked {
  const [arg] = args;
  if (arg === undefined || args.length !== 1)
    return report(check, node, 'cel/arguments', 'wrong number of arguments', 'write daysUntil(time)');
  const time = need(arg, 'time', check);
  return time === undefined ? undefined : callOf('negate', 'number', [callOf('daysSince', 'number', [time])]);
}
