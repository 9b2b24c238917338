import { type Cell, type Compute, type Expression, ExpressionError, isList, type Kind, RowProblem } from './value.ts';

/** Builds `a + b`, `!a`, `a ? b : c`, … from compiled parts; wrong kinds are refused before any row is read. */
export function combine(operator: string, parts: readonly Expression[], offset: number): Expression {
  const [left, right, other] = parts;
  if (!left) throw new ExpressionError('an operand is missing', offset);
  const reads = parts.flatMap((part) => part.reads);
  const computes = parts.map((part) => part.compute);
  const [a = nothing, b = nothing, c = nothing] = computes;
  switch (operator) {
    case '!_':
      return { kind: 'bool', compute: (cursor) => not(a(cursor)), reads };
    case '-_':
      return { kind: left.kind, compute: (cursor) => arithmetic('-', 0, a(cursor)), reads };
    case '?:':
      return { kind: sameKind(right, other), compute: (cursor) => (a(cursor) === true ? b(cursor) : c(cursor)), reads };
    case '&&':
      return { kind: 'bool', compute: (cursor) => and(a, b, cursor), reads };
    case '||':
      return { kind: 'bool', compute: (cursor) => not(and(negated(a), negated(b), cursor)), reads };
    case 'in':
      return { kind: 'bool', compute: (cursor) => isIn(a(cursor), b(cursor)), reads };
    case '==':
    case '!=':
      return { kind: 'bool', compute: equality(operator === '==', a, b), reads };
    case '<':
    case '<=':
    case '>':
    case '>=':
      comparable(left, right, offset);
      return { kind: 'bool', compute: (cursor) => compare(operator, a(cursor), b(cursor)), reads };
    default:
      return {
        kind: arithmeticKind(operator, left.kind, right?.kind ?? 'any', offset),
        compute: arithmeticOf(operator, a, b),
        reads,
      };
  }
}

const nothing: Compute = () => null;

const not = (value: Cell): Cell => (typeof value === 'boolean' ? !value : null);

const negated =
  (value: Compute): Compute =>
  (cursor) =>
    not(value(cursor));

/** Three-valued: false wins over unknown. */
function and(a: Compute, b: Compute, cursor: Parameters<Compute>[0]): Cell {
  const left = a(cursor);
  if (left === false) return false;
  const right = b(cursor);
  if (right === false) return false;
  return left === true && right === true ? true : null;
}

function isIn(item: Cell, whole: Cell): Cell {
  if (item === null || whole === null) return null;
  if (isList(whole)) return whole.includes(item);
  if (typeof whole === 'object' && typeof item !== 'object') return Object.hasOwn(whole, String(item));
  throw new RowProblem('"in" needs a list or a map on its right');
}

/** Comparing with the word `null` asks whether a value is known; else unknown makes the answer unknown. */
function equality(positive: boolean, a: Compute, b: Compute): Compute {
  return (cursor) => {
    const left = a(cursor);
    const right = b(cursor);
    return left === null || right === null ? (left === right) === positive : (left === right) === positive;
  };
}

function comparable(left: Expression, right: Expression | undefined, offset: number): void {
  const kinds = [left.kind, right?.kind ?? 'any'];
  if (kinds.includes('any') || kinds.includes('null') || kinds[0] === kinds[1]) return;
  throw new ExpressionError(
    `a ${kinds[0]} cannot be compared with a ${kinds[1]}`,
    offset,
    'number(…) and string(…) convert.',
  );
}

function compare(operator: string, left: Cell, right: Cell): Cell {
  if (left === null || right === null) return null;
  if (typeof left !== typeof right || typeof left === 'object') throw new RowProblem(`${operator} needs two of a kind`);
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** Kinds of arithmetic, as `left operator right`. */
const arithmeticKinds: Readonly<Record<string, Kind>> = {
  'number + number': 'number',
  'number - number': 'number',
  'number * number': 'number',
  'number / number': 'number',
  'number % number': 'number',
  'string + string': 'string',
  'time + duration': 'time',
  'duration + time': 'time',
  'time - duration': 'time',
  'time - time': 'duration',
  'duration + duration': 'duration',
  'duration - duration': 'duration',
  'duration * number': 'duration',
  'number * duration': 'duration',
  'duration / duration': 'number',
};

function arithmeticKind(operator: string, left: Kind, right: Kind, offset: number): Kind {
  if (left === 'null' || right === 'null') return 'null';
  if (left === 'any' || right === 'any') return left === 'time' || right === 'time' ? 'time' : 'any';
  const kind = arithmeticKinds[`${left} ${operator} ${right}`];
  if (kind) return kind;
  const hint = [left, right].includes('string')
    ? 'number(…) reads a number from text, string(…) writes one.'
    : 'Add days(…), hours(…) or milliseconds(…) to a time.';
  throw new ExpressionError(`${left} ${operator} ${right} has no meaning`, offset, hint);
}

function arithmeticOf(operator: string, a: Compute, b: Compute): Compute {
  if (operator !== '+') return (cursor) => arithmetic(operator, a(cursor), b(cursor));
  return (cursor) => {
    const left = a(cursor);
    const right = b(cursor);
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    return arithmetic(operator, left, right);
  };
}

/** Division by zero is unknown, not infinite. */
function arithmetic(operator: string, left: Cell, right: Cell): Cell {
  if (left === null || right === null) return null;
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new RowProblem(`${operator} needs two numbers; number(…) reads one from text`);
  }
  const value = calculate(operator, left, right);
  return Number.isFinite(value) ? value : null;
}

function calculate(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' ? left / right : left % right;
}

function sameKind(left: Expression | undefined, right: Expression | undefined): Kind {
  if (left?.kind === 'null') return right?.kind ?? 'any';
  if (right?.kind === 'null' || left?.kind === right?.kind) return left?.kind ?? 'any';
  return 'any';
}
