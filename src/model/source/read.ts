import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Alias,
  type Document,
  type Node,
  parseDocument,
  type Range,
  visit,
  type YAMLMap,
} from 'yaml';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { type Located, type LocatedEntry, placeOf, type SourceFile, type Span } from './tree.ts';

/** Far above what people write (the largest shipped model has 15,000 characters), and told in seconds. */
const mostCharacters = 1_000_000;
const mostNodes = 20_000;
const deepest = 40;
const tooDeep = `the file is nested deeper than ${deepest} levels`;
const aliasHint = 'aliases count each time they are used';

/** Reads YAML text into located content; mistakes of the YAML itself are diagnostics, and never an exception. */
export function readYaml(
  name: string,
  text: string,
): { file: SourceFile; root: Located | null; diagnostics: Diagnostic[] } {
  const lines = new LineCounter();
  const file: SourceFile = { name, text, lines };
  if (text.length > mostCharacters) {
    const what = `the file has more than ${mostCharacters} characters`;
    const at = { file: name, line: 1, column: 1 };
    return { file, root: null, diagnostics: [diagnostic('yaml/too-large', at, what, 'is it a model?')] };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    keepSourceTokens: false,
    prettyErrors: false,
    // Told by locateEntries: the parser compares every key with every other one of its map.
    uniqueKeys: false,
    logLevel: 'error',
  });
  if (document.errors.length > 0) {
    // Too deep for the parser: what else it says about such a file only follows.
    const exhausted = document.errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
    const errors = exhausted.length > 0 ? exhausted : document.errors;
    return { file, root: null, diagnostics: errors.map((one) => yamlMistake(file, one)) };
  }
  const reading: Reading = { file, anchored: anchoredIn(document), diagnostics: [], told: new Set(), nodes: 0 };
  for (const warning of document.warnings) {
    reading.diagnostics.push(
      diagnostic('yaml/unsupported', placeOf(spanAt(file, warning.pos[0], warning.pos[1])), 'tags are not supported'),
    );
  }
  const whole = document.contents === null ? null : locate(document.contents, reading, 0);
  // Of a file with a part that cannot be read nothing is used: the rest would only bring follow-up complaints.
  const root = isTooLarge(reading) || reading.diagnostics.some((one) => one.code === 'yaml/syntax') ? null : whole;
  if (root === null && reading.diagnostics.length === 0) {
    reading.diagnostics.push(
      diagnostic('yaml/empty', { file: name, line: 1, column: 1 }, 'the file is empty', 'start with `rapport: 1`'),
    );
  }
  return { file, root, diagnostics: reading.diagnostics };
}

function isTooLarge(reading: Reading): boolean {
  return reading.diagnostics.some((one) => one.code === 'yaml/too-large');
}

/** What is wrong is told once, however many aliases repeat it. */
function tell(reading: Reading, code: DiagnosticCode, span: Span, message: string, hint: string): void {
  const key = `${code} ${span.start}`;
  if (reading.told.has(key)) return;
  reading.told.add(key);
  reading.diagnostics.push(diagnostic(code, placeOf(span), message, hint));
}

interface Reading {
  readonly file: SourceFile;
  /** What each alias stands for. */
  readonly anchored: ReadonlyMap<Alias, Node>;
  readonly diagnostics: Diagnostic[];
  readonly told: Set<string>;
  nodes: number;
}

function yamlMistake(file: SourceFile, error: { code: string; message: string; pos: [number, number] }): Diagnostic {
  const at = placeOf(spanAt(file, error.pos[0], error.pos[1]));
  if (error.code === 'RESOURCE_EXHAUSTION') return diagnostic('yaml/too-large', at, tooDeep, aliasHint);
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const hint = error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : undefined;
  return diagnostic('yaml/syntax', at, message, hint);
}

/** Looks each alias up among the anchors before it. The parser's own look-up walks the whole file for each. */
function anchoredIn(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const anchored = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) anchored.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return anchored;
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
    const what = depth > deepest ? tooDeep : `the file has more than ${mostNodes} parts`;
    if (!isTooLarge(reading)) tell(reading, 'yaml/too-large', span, what, aliasHint);
    return null;
  }
  if (node === null) return { kind: 'scalar', value: null, written: '', span };
  if (isAlias(node)) return locateAlias(node, reading, depth, span);
  if (isSeq(node)) {
    const items = node.items.map((item) => locate(nodeOf(item), reading, depth + 1, span));
    return { kind: 'list', items: items.filter((item) => item !== null), span };
  }
  if (isMap(node)) return { kind: 'map', entries: locateEntries(node, reading, depth, span), span };
  return isScalar(node) ? locateScalar(node, span) : null;
}

function locateAlias(alias: Alias, reading: Reading, depth: number, span: Span): Located | null {
  const target = reading.anchored.get(alias);
  if (target !== undefined) return locate(target, reading, depth + 1, span);
  const hint = 'a text that starts with * stands in quotes';
  tell(reading, 'yaml/syntax', spanOf(alias, reading, span), `there is no &${alias.source} before this`, hint);
  return null;
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
      tell(reading, 'yaml/unsupported', key, 'this cannot be a key', 'a key is a plain name');
      continue;
    }
    const name = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? '');
    if (entries.has(name)) {
      tell(reading, 'yaml/duplicate-key', key, 'this key stands here twice', 'keep one of them');
      continue;
    }
    const value = locate(nodeOf(pair.value), reading, depth + 1, key);
    if (value !== null) entries.set(name, { key, value });
  }
  return entries;
}
