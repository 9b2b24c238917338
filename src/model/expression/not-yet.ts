import type { Expression } from './expression.ts';

/**
 * When a value without a number says nothing on purpose: a condition that is true before a deadline (`onTime` with a known
 * start) and where a choice takes a written `null` (`tooEarly ? null : x`). Null when the value never does that.
 */
export function notYetOf(value: Expression): Expression | null {
  if (value.kind !== 'call') return null;
  const [first, second, third] = value.args;
  if (value.operator === 'onTime' && second) return { kind: 'call', type: 'bool', operator: 'has', args: [second] };
  if (value.operator !== 'conditional' || !first || !second || !third) return null;
  const [taken, left] = [second, third].map((branch) => (isNull(branch) ? yes : notYetOf(branch)));
  if (!taken && !left) return null;
  return { kind: 'call', type: 'bool', operator: 'conditional', args: [first, taken ?? no, left ?? no] };
}

const yes: Expression = { kind: 'literal', type: 'bool', value: true };
const no: Expression = { kind: 'literal', type: 'bool', value: false };

function isNull(branch: Expression): boolean {
  return branch.kind === 'literal' && branch.value === null;
}
