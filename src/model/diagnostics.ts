import { diagnosticCodes, type DiagnosticCode, type Severity } from './diagnostic-codes.ts';

/** One thing to say about a model: what, where, and what to do. Lines and columns count from 1. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
  /** How many characters of the line it is about; at least 1. */
  readonly length?: number;
}

/** Makes a diagnostic; its severity comes from the table of codes. */
export function diagnostic(
  code: DiagnosticCode,
  at: { file: string; line: number; column: number; length?: number },
  message: string,
  hint?: string,
): Diagnostic {
  return {
    code,
    severity: diagnosticCodes[code].severity,
    file: at.file,
    line: at.line,
    column: at.column,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at.length === undefined ? {} : { length: at.length }),
  };
}

/** Orders diagnostics by file (in the order of their first appearance), line and column. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(diagnostics.map((one) => one.file))];
  return diagnostics.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

const colors = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/**
 * Diagnostics as a person reads them, line by line: `file:line:col severity message [code]`, the line with a mark, the
 * hint; an empty line between two. `sourceOf` gives the text of a file, when it is known.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  sourceOf: (file: string) => string | undefined = () => undefined,
  paint: (style: 'red' | 'yellow' | 'cyan' | 'green' | 'dim', text: string) => string = (_, text) => text,
): string[] {
  const linesOf = new Map<string, readonly string[]>();
  for (const { file } of diagnostics) if (!linesOf.has(file)) linesOf.set(file, sourceOf(file)?.split(/\r?\n/) ?? []);
  return diagnostics.flatMap((one, index) => {
    const head = `${one.file}:${one.line}:${one.column} ${paint(colors[one.severity], one.severity)} ${one.message} ${paint('dim', `[${one.code}]`)}`;
    const line = linesOf.get(one.file)?.[one.line - 1];
    const lines = index === 0 ? [head] : ['', head];
    if (line !== undefined) lines.push(...picture(one, line, (text) => paint(colors[one.severity], text)));
    if (one.hint !== undefined) lines.push(`  ${paint('green', 'hint:')} ${one.hint}`);
    return lines;
  });
}

function picture(one: Diagnostic, line: string, paint: (text: string) => string): string[] {
  const number = String(one.line);
  // Tabs stay tabs, so that the mark stands under its character.
  const indent = line.slice(0, one.column - 1).replace(/[^\t]/g, ' ');
  const length = Math.max(1, Math.min(one.length ?? 1, line.length - one.column + 1));
  return [`  ${number} | ${line}`, `  ${' '.repeat(number.length)} | ${indent}${paint('^'.repeat(length))}`];
}
