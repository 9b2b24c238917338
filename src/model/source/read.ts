import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  parseDocument,
  type Range,
  type YAMLMap,
} from 'yaml';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { type Located, type LocatedEntry, placeOf, type SourceFile, type Span } from './tree.ts';

const mostNodes = 100_000;
const deepest = 40;

/** Reads YAML text into located content; mistakes of the YAML itself are diagnostics, and never an exception. */
export function readYaml(
  name: string,
  text: string,
): { file: SourceFile; root: Located | null; diagnostics: Diagnostic[] } {
  const lines = new LineCounter();
  const file: SourceFile = { name, text, lines };
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    keepSourceTokens: false,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  if (document.errors.length > 0)
    return { file, root: null, diagnostics: document.errors.map((e) => yamlMistake(file, e)) };
  const reading: Reading = { file, document, diagnostics: [], nodes: 0 };
  for (const warning of document.warnings) {
    reading.diagnostics.push(
      diagnostic('yaml/unsupported', placeOf(spanAt(file, warning.pos[0], warning.pos[1])), 'tags are not supported'),
    );
  }
  const whole = document.contents === null ? null : locate(document.contents, reading, 0);
  // Of a file that is too large nothing is used: what is left of it would only bring follow-up complaints.
  const root = reading.diagnostics.some((one) => one.code === 'yaml/too-large') ? null : whole;
  if (root === null && reading.diagnostics.length === 0) {
    reading.diagnostics.push(
      diagnostic('yaml/empty', { file: name, line: 1, column: 1 }, 'the file is empty', 'start with `rapport: 1`'),
    );
  }
  return { file, root, diagnostics: reading.diagnostics };
}

interface Reading {
  readonly file: SourceFile;
  readonly document: Document;
  readonly diagnostics: Diagnostic[];
  nodes: number;
}

function yamlMistake(file: SourceFile, error: { code: string; message: string; pos: [number, number] }): Diagnostic {
  const at = placeOf(spanAt(file, error.pos[0], error.pos[1]));
  if (error.code === 'DUPLICATE_KEY') {
    return diagnostic('yaml/duplicate-key', at, 'this key stands here twice', 'keep one of them');
  }
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const hint = error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : undefined;
  return diagnostic('yaml/syntax', at, message, hint);
}

function spanAt(file: SourceFile, start: number, end: number): Span {
  const from = Math.min(Math.max(0, start), file.text.length);
  return { file, start: from, end: Math.max(from, Math.min(end, file.text.length)) };
}

function spanOf(node: { range?: Range | null | undefined } | null, reading: Reading, fallback?: Span): Span {
  const range = node?.range;
  if (range !== null && range !== undefined) return spanAt(reading.file, range[0], range[1]);
  return fallback ?? spanAt(reading.file, 0, 0);
}

function locate(node: Node | null, reading: Reading, depth: number, fallback?: Span): Located | null {
  const span = spanOf(node, reading, fallback);
  reading.nodes += 1;
  if (reading.nodes > mostNodes || depth > deepest) {
    const what = depth > deepest ? `is nested deeper than ${deepest} levels` : `has more than ${mostNodes} parts`;
    const told = reading.diagnostics.some((one) => one.code === 'yaml/too-large');
    if (!told)
      reading.diagnostics.push(
        diagnostic('yaml/too-large', placeOf(span), `the file ${what}`, 'aliases count each time they are used'),
      );
    return null;
  }
  if (node === null) return { kind: 'scalar', value: null, written: '', span };
  if (isAlias(node)) return locate(node.resolve(reading.document) ?? null, reading, depth + 1, span);
  if (isSeq(node)) {
    const items = node.items.map((item) => locate(nodeOf(item), reading, depth + 1, span));
    return { kind: 'list', items: items.filter((item) => item !== null), span };
  }
  if (isMap(node)) return { kind: 'map', entries: locateEntries(node, reading, depth, span), span };
  return isScalar(node) ? locateScalar(node, span) : null;
}

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function locateScalar(node: { value: unknown; source?: string }, span: Span): Located {
  const value = node.value;
  const written = node.source ?? String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null)
    return { kind: 'scalar', value, written, span };
  if (typeof value === 'number' || typeof value === 'bigint')
    return { kind: 'scalar', value: Number(value), written, span };
  return { kind: 'scalar', value: written, written, span };
}

function locateEntries(map: YAMLMap, reading: Reading, depth: number, span: Span): ReadonlyMap<string, LocatedEntry> {
  const entries = new Map<string, LocatedEntry>();
  for (const pair of map.items) {
    const keyNode = nodeOf(pair.key);
    const key = spanOf(keyNode, reading, span);
    if (!isScalar(keyNode) || keyNode.value === null || keyNode.value === '__proto__') {
      reading.diagnostics.push(
        diagnostic('yaml/unsupported', placeOf(key), 'this cannot be a key', 'a key is a plain name'),
      );
      continue;
    }
    const name = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? '');
    const value = locate(nodeOf(pair.value), reading, depth + 1, key);
    if (value !== null) entries.set(name, { key, value });
  }
  return entries;
}
