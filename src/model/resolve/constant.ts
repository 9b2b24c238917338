import { evaluateExpression } from '../expression/evaluate.ts';
import type { Expression, Operator } from '../expression/expression.ts';

/** What is known of `segment` and `phase` before there is an account. */
export type KnownTexts = Readonly<Partial<Record<'segment' | 'phase', string>>>;

// What these give depends on the clock or on other accounts, whatever their arguments are.
const neverConstant: ReadonlySet<Operator> = new Set([
  'daysSince',
  'before',
  'releasesBehind',
  'onTime',
  'rate',
  'trend',
]);

/** Whether a condition can be true for some account, as far as its text alone tells. */
export function canHold(condition: Expression, texts: KnownTexts = {}): boolean {
  return possible(fold(condition, texts));
}

/** Whether a condition is true for every account, as far as its text alone tells. */
export function alwaysHolds(condition: Expression): boolean {
  const folded = fold(condition, {});
  return folded.kind === 'literal' && folded.value === true;
}

/** The expression with what is constant in it computed. */
function fold(expression: Expression, texts: KnownTexts): Expression {
  if (expression.kind === 'reference') return foldReference(expression, texts);
  if (expression.kind === 'literal') return expression;
  const args = expression.args.map((arg) => fold(arg, texts));
  const folded: Expression = { ...expression, args };
  const decides = expression.operator === 'and' ? false : expression.operator === 'or' ? true : null;
  if (decides !== null && args.some((arg) => arg.kind === 'literal' && arg.value === decides)) return literal(decides);
  if (neverConstant.has(expression.operator) || args.some((arg) => arg.kind !== 'literal')) return folded;
  const value = evaluateExpression(folded, { now: 0 });
  return { kind: 'literal', type: expression.type, value: typeof value === 'object' ? null : value };
}

function foldReference(reference: Extract<Expression, { kind: 'reference' }>, texts: KnownTexts): Expression {
  if (reference.scope !== 'evaluation') return reference;
  const value = reference.name === 'segment' || reference.name === 'phase' ? texts[reference.name] : undefined;
  return value === undefined ? reference : { kind: 'literal', type: 'string', value };
}

function literal(value: boolean): Expression {
  return { kind: 'literal', type: 'bool', value };
}

/** False only when it is false or null for everybody: `null && x` is never true either. */
function possible(folded: Expression): boolean {
  if (folded.kind === 'literal') return folded.value === true;
  if (folded.kind === 'reference') return true;
  if (folded.operator === 'and') return folded.args.every(possible);
  if (folded.operator === 'or') return folded.args.some(possible);
  if (folded.operator === 'conditional') return folded.args.slice(1).some(possible);
  return true;
}
