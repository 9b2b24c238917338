import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';

/** A node of the syntax tree, with its place in the text (`start`, `end`). */
export type SyntaxNode = ASTNode;

/** A mistake inside an expression; offsets count UTF-16 units of the expression's text. */
export interface Problem {
  readonly code:
    | 'cel/syntax'
    | 'cel/unsupported'
    | 'cel/type'
    | 'cel/arguments'
    | 'cel/unknown-function'
    | 'cel/not-here'
    | 'cel/top-only'
    | 'model/unknown-name'
    | 'model/unknown-trait'
    | 'model/unknown-property'
    | 'model/unknown-measure'
    | 'model/unknown-indicator'
    | 'model/unknown-segment'
    | 'model/unknown-band'
    | 'model/unknown-phase'
    | 'measure/property-types-differ';
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
}

// Only the grammar is used: names and types are ours (doubles everywhere, null for unknown), so everything is `dyn` here.
const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 1, maxCallArguments: 16 },
});

/** Parses the text of an expression; a syntax error is data with its place. */
export function parseSyntax(text: string): { node: SyntaxNode; problem: null } | { node: null; problem: Problem } {
  try {
    return { node: grammar.parse(text).ast, problem: null };
  } catch (error) {
    return { node: null, problem: syntaxProblem(error, text) };
  }
}

function syntaxProblem(error: unknown, text: string): Problem {
  const known = error instanceof ParseError ? error : null;
  const start = Math.min(known?.range?.start ?? 0, text.length);
  const end = Math.min(known?.range?.end ?? text.length, text.length);
  const summary = known?.summary ?? 'this is not an expression';
  return { code: 'cel/syntax', start, end, message: plainSummary(summary), ...syntaxHint(text) };
}

function plainSummary(summary: string): string {
  if (/Unexpected token: EOF|Expected .*, got EOF/.test(summary)) return 'the expression ends too early';
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

function syntaxHint(text: string): { hint?: string } {
  if (/\b(and|or|not)\b/i.test(text)) return { hint: 'write && for and, || for or, ! for not' };
  if (/[^=!<>]=[^=]/.test(text)) return { hint: 'write == to compare' };
  return {};
}
