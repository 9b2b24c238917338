import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { closest } from '../../lib/closest.ts';
import { functions } from './functions.ts';
import { combine } from './operators.ts';
import { type Cell, type Compute, type Expression, ExpressionError, isList, type Kind } from './value.ts';
import { counted } from '../../lib/counted.ts';

/** What names mean in the expressions of one file of a mapping. */
export interface Names {
  readonly constants: Readonly<Record<string, Cell>>;
  /** The entries of `values` so far. */
  readonly values: ReadonlyMap<string, Expression>;
  /** A column of the file: how to compute it, or null when there is none of that name. */
  readonly column: (name: string) => Expression | null;
  readonly columnNames: readonly string[];
  /** A column of a lookup, for the row under the cursor. */
  readonly lookup: (name: string, column: string) => Expression | null;
  readonly lookupNames: Readonly<Record<string, readonly string[]>>;
}

const environment = new Environment({ unlistedVariablesAreDyn: true });
const roots = ['row', 'values', 'constants', 'lookups', 'row_number'];

/** Compiles the CEL text of a mapping. Numbers are doubles, unknown is null and makes what is built from it null. */
export function compileExpression(text: string, names: Names): Expression {
  return compileNode(parse(text), names);
}

/** A value written directly in YAML. */
export function literal(value: Cell): Expression {
  return { kind: kindOf(value), compute: () => value, reads: [] };
}

function parse(text: string): ASTNode {
  try {
    return environment.parse(text).ast;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ExpressionError(`cannot be read: ${message.split('\n', 1)[0] ?? ''}`, offsetOf(error));
  }
}

function offsetOf(error: unknown): number {
  return error instanceof ParseError ? (error.range?.start ?? 0) : 0;
}

function compileNode(node: ASTNode, names: Names): Expression {
  switch (node.op) {
    case 'value':
      return literal(plain(node.args));
    case 'id':
      return compileName(node.args, node, names);
    case '.':
      return compileMember(node.args[0], node.args[1], node, names);
    case '[]':
      return compileIndex(node, names);
    case 'call':
      return compileCall(node.args[0], node.args[1], node, names);
    case 'rcall':
      return compileCall(node.args[0], [node.args[1], ...node.args[2]], node, names);
    case '!_':
    case '-_':
      return combine(node.op, [compileNode(node.args, names)], node.start);
    case '?:':
      return combine(
        node.op,
        node.args.map((one) => compileNode(one, names)),
        node.start,
      );
    case 'list':
      return compileList(node.args.map((one) => compileNode(one, names)));
    case '&&':
    case '||':
    case 'in':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return combine(
        node.op,
        node.args.map((one) => compileNode(one, names)),
        node.start,
      );
    case 'map':
    case '.?':
    case '[?]':
    default:
      throw new ExpressionError('this form is not part of the mapping language', node.start);
  }
}

function compileName(name: string, node: ASTNode, names: Names): Expression {
  if (name === 'row_number') return { kind: 'number', compute: (cursor) => cursor.number, reads: [] };
  const meant = names.columnNames.includes(name) ? `row.${name}` : closest(name, roots);
  throw new ExpressionError(`"${name}" is not known`, node.start, meant && `Did you mean ${meant}?`);
}

function compileMember(target: ASTNode, name: string, node: ASTNode, names: Names): Expression {
  if (target.op === 'id') {
    if (target.args === 'row') return found(names.column(name), 'column', name, names.columnNames, node);
    if (target.args === 'values')
      return found(names.values.get(name) ?? null, 'value', name, [...names.values.keys()], node);
    if (target.args === 'constants') {
      const value = names.constants[name];
      const known = value === undefined ? null : literal(value);
      return found(known, 'constant', name, Object.keys(names.constants), node);
    }
  }
  if (target.op === '.' && target.args[0].op === 'id' && target.args[0].args === 'lookups') {
    const columns = found(
      names.lookupNames[target.args[1]] ?? null,
      'lookup',
      target.args[1],
      Object.keys(names.lookupNames),
      target,
    );
    return found(names.lookup(target.args[1], name), `column of lookup ${target.args[1]}`, name, columns, node);
  }
  const inner = compileNode(target, names);
  return { kind: 'any', compute: (cursor) => member(inner.compute(cursor), name), reads: inner.reads };
}

function compileIndex(node: ASTNode & { op: '[]' }, names: Names): Expression {
  const [target, key] = node.args;
  if (target.op === 'id' && key.op === 'value' && typeof key.args === 'string') {
    return compileMember(target, key.args, node, names);
  }
  const inner = compileNode(target, names);
  const index = compileNode(key, names);
  return {
    kind: 'any',
    compute: (cursor) => {
      const at = index.compute(cursor);
      return at === null || typeof at === 'object' ? null : member(inner.compute(cursor), String(at));
    },
    reads: [...inner.reads, ...index.reads],
  };
}

function compileCall(name: string, nodes: readonly ASTNode[], node: ASTNode, names: Names): Expression {
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const definition = found(called ?? null, 'function', name, Object.keys(functions), node);
  const args = nodes.map((one) => compileNode(one, names));
  const wanted = definition.parameters.length;
  if (definition.variadic ? args.length < wanted : args.length !== wanted) {
    throw new ExpressionError(`${name} takes ${counted(wanted, 'argument')}, not ${args.length}`, node.start);
  }
  args.forEach((arg, index) => {
    const parameter = definition.parameters[Math.min(index, wanted - 1)] ?? 'any';
    if (parameter !== 'any' && arg.kind !== 'any' && arg.kind !== 'null' && arg.kind !== parameter) {
      const hint = parameter === 'number' || parameter === 'string' ? `${parameter}(…) converts.` : null;
      throw new ExpressionError(`${name} takes a ${parameter}, this is a ${arg.kind}`, nodes[index]?.start ?? 0, hint);
    }
  });
  return {
    kind: definition.returns === 'first' ? commonKind(args) : definition.returns,
    compute: applied(
      definition.apply,
      args.map((arg) => arg.compute),
      definition.nulls ?? false,
    ),
    reads: args.flatMap((arg) => arg.reads),
  };
}

/** One argument is by far the commonest call, so it goes without an array. */
function applied(apply: (...args: Cell[]) => Cell, args: readonly Compute[], nulls: boolean): Compute {
  const [only] = args;
  if (args.length === 1 && only && !nulls) {
    return (cursor) => {
      const value = only(cursor);
      return value === null ? null : apply(value);
    };
  }
  return (cursor) => {
    const values = args.map((arg) => arg(cursor));
    return !nulls && values.includes(null) ? null : apply(...values);
  };
}

function compileList(items: readonly Expression[]): Expression {
  return {
    kind: 'list',
    compute: (cursor) => items.map((item) => item.compute(cursor)),
    reads: items.flatMap((item) => item.reads),
  };
}

function found<T>(value: T | null, what: string, name: string, known: readonly string[], node: ASTNode): T {
  if (value !== null) return value;
  const near = closest(name, known);
  const all = known.length > 0 && known.length <= 12 ? `There is: ${known.join(', ')}.` : null;
  throw new ExpressionError(
    `there is no ${what} "${name}"`,
    node.start,
    near === null ? all : `Did you mean "${near}"?`,
  );
}

function member(target: Cell, name: string): Cell {
  if (target === null || typeof target !== 'object') return null;
  if (isList(target)) return target[Number(name)] ?? null;
  return Object.hasOwn(target, name) ? (target[name] ?? null) : null;
}

function commonKind(args: readonly Expression[]): Kind {
  const kinds = new Set(args.map((arg) => arg.kind).filter((kind) => kind !== 'null'));
  return kinds.size === 1 ? ([...kinds][0] ?? 'any') : 'any';
}

function plain(value: unknown): Cell {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function kindOf(value: Cell): Kind {
  if (value === null) return 'null';
  if (isList(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return 'map';
  return typeof value === 'number' ? 'number' : 'string';
}
