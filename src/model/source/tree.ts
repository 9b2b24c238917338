import type { LineCounter } from 'yaml';
import type { Place } from '../resolved.ts';

/** One file of a model, as read. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** A stretch of a file; offsets count UTF-16 units. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `2.10` is the number 2.1 but the text "2.10". */
  readonly written: string;
  readonly span: Span;
}

interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly span: Span;
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly span: Span;
}

export interface LocatedEntry {
  readonly key: Span;
  readonly value: Located;
}

/** YAML content where every part knows its file and place, so that parts of several files can be merged. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

export type Path = readonly (string | number)[];

/** The line and column where a stretch starts, and its length within that line. */
export function placeOf(span: Span): Place & { length: number } {
  const { line, col } = span.file.lines.linePos(span.start);
  const lineEnd = span.file.text.indexOf('\n', span.start);
  const end = lineEnd < 0 ? span.end : Math.min(span.end, lineEnd);
  return {
    file: span.file.name,
    line: Math.max(1, line),
    column: Math.max(1, col),
    length: Math.max(1, end - span.start),
  };
}

/** The part at a path, or undefined. */
export function partAt(root: Located, path: Path): Located | undefined {
  let part: Located | undefined = root;
  for (const step of path) {
    if (part?.kind === 'map') part = part.entries.get(String(step))?.value;
    else if (part?.kind === 'list') part = part.items[Number(step)];
    else return undefined;
  }
  return part;
}

/** The key that leads to a path, or its value when it has none; falls back to the nearest part above. */
export function keyAt(root: Located, path: Path): Span {
  const last = path.at(-1);
  if (last === undefined) return root.span;
  const parent = partAt(root, path.slice(0, -1));
  if (parent?.kind === 'map') {
    const entry = parent.entries.get(String(last));
    if (entry !== undefined) return entry.key;
  }
  if (parent?.kind === 'list') {
    const item = parent.items[Number(last)];
    if (item !== undefined) return item.span;
  }
  return keyAt(root, path.slice(0, -1));
}

/** The value at a path; falls back to the key of the nearest part above. */
export function valueAt(root: Located, path: Path): Span {
  return partAt(root, path)?.span ?? keyAt(root, path);
}

/** The content without places. Objects have no prototype surprises: keys are checked when read. */
export function plain(part: Located): unknown {
  switch (part.kind) {
    case 'scalar':
      return part.value;
    case 'list':
      return part.items.map(plain);
    case 'map':
      return Object.fromEntries([...part.entries].map(([key, entry]) => [key, plain(entry.value)]));
  }
}
