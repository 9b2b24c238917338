import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { closest } from '../../lib/closest.ts';
import type { MappingProblemCode } from './problem-codes.ts';
import type { Cell } from './value.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** A CEL text, or a number, true, false or null as they are. */
const expression = scalar;
const cell: z.ZodType<Cell> = z.lazy(() => z.union([scalar, z.array(cell), z.record(z.string(), cell)]));

const emit = z
  .strictObject({
    track: z.string().min(1).optional().describe('name of the event'),
    event: expression.optional().describe('expression of the name of the event, instead of `track`'),
    identify: expression.optional().describe('the person whose traits these are'),
    group: expression.optional().describe('the account whose traits these are'),
    when: expression.optional().describe('only rows where this is true'),
    person: expression.optional().describe('who did it'),
    anonymous: expression.optional().describe('who did it, while not known by name'),
    account: expression.optional().describe('the account it belongs to'),
    time: expression.optional().describe('when it happened'),
    id: expression.optional().describe('messageId; made of file content and row unless told'),
    properties: z.record(z.string(), expression).optional().describe('of a track event'),
    traits: z.record(z.string(), expression).optional().describe('of identify and group'),
  })
  .refine(
    ({ track, event, identify, group }) =>
      [track, event, identify, group].filter((one) => one !== undefined).length === 1,
    {
      message: 'needs exactly one of track, event, identify and group',
    },
  );

const fileEntry = z.strictObject({
  files: z.union([z.string(), z.array(z.string()).min(1)]).describe('paths or patterns (*, **)'),
  where: expression.optional().describe('rows to take'),
  values: z.record(z.string(), expression).optional().describe('computed once per row, used as values.<name>'),
  account: expression.optional().describe('for all entries of emit that name none'),
  person: expression.optional().describe('for all entries of emit that name none'),
  time: expression.optional().describe('for all entries of emit that name none'),
  emit: z.array(emit).min(1).describe('the messages that a row becomes'),
});

const lookup = z.strictObject({
  file: z.string().describe('its path, or the end of it'),
  key: z.union([z.string(), z.array(z.string()).min(1)]).describe('the columns that identify a row of it'),
  by: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('expressions of the key; columns of the same names unless told'),
  columns: z.array(z.string()).min(1).describe('the columns that are looked up'),
  all: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('columns to sort by: then a column is the list of all rows of the key in that order, unknown last'),
});

/** How the rows of files become identify, group and track messages: the authored YAML. */
export const mappingSchema = z.strictObject({
  import: z.literal(1).describe('version of this format'),
  name: z.string().min(1).describe('shown in reports'),
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'lower case letters, digits, - and _')
    .describe('shown with the events as import:<source>'),
  receivedAt: z
    .enum(['time', 'now'])
    .optional()
    .describe('when the events became known: at their own time (default), or now'),
  constants: z.record(z.string(), cell).optional().describe('fixed values, used as constants.<name>'),
  lookups: z.record(z.string(), lookup).optional().describe('small files that rows look something up in'),
  files: z.array(fileEntry).min(1).describe('which files to read, and what their rows become'),
});

export type Mapping = z.infer<typeof mappingSchema>;
export type FileMapping = z.infer<typeof fileEntry>;
export type EmitMapping = z.infer<typeof emit>;

/** What is wrong with a mapping, with its place. */
export interface MappingProblem {
  readonly code: MappingProblemCode;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** A mapping with a way back to the lines it was written on. */
export interface LoadedMapping {
  readonly mapping: Mapping;
  readonly text: string;
  readonly fileName: string;
  /** The place of what stands under a path of keys. */
  readonly place: (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };
}

export type MappingResult =
  | { readonly loaded: LoadedMapping; readonly problems: readonly [] }
  | { readonly loaded: null; readonly problems: readonly MappingProblem[] };

/** Reads the YAML of a mapping. Every problem is reported at once, with line and column. */
export function loadMapping(text: string, fileName: string): MappingResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) =>
      problem('import/yaml', fileName, place(lines, error.pos[0]), error.message.split('\n', 1)[0] ?? ''),
    );
    return { loaded: null, problems };
  }
  const placeOf = (path: readonly PropertyKey[]): { line: number; column: number } => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return place(lines, node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  const parsed = mappingSchema.safeParse(document.toJS());
  if (parsed.success) return { loaded: { mapping: parsed.data, text, fileName, place: placeOf }, problems: [] };
  const keyPlace = (path: readonly PropertyKey[], key: string): Place => {
    const map = document.getIn(path, true);
    const pair = isMap(map) ? map.items.find((one) => isScalar(one.key) && one.key.value === key) : undefined;
    return isScalar(pair?.key) && pair.key.range ? place(lines, pair.key.range[0]) : placeOf(path);
  };
  const problems = parsed.error.issues
    .filter((issue) => !followsFromKey(issue, parsed.error.issues))
    .flatMap((issue) => fromIssue(issue, fileName, placeOf, keyPlace))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { loaded: null, problems };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** "Needs one of …" says nothing new where a key is misspelt. */
function followsFromKey(issue: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  const at = issue.path.join('.');
  return issue.code === 'custom' && issues.some((one) => one.code === 'unrecognized_keys' && one.path.join('.') === at);
}

function fromIssue(
  issue: z.core.$ZodIssue,
  fileName: string,
  placeOf: LoadedMapping['place'],
  keyPlace: (path: readonly PropertyKey[], key: string) => Place,
): MappingProblem[] {
  const path = issue.path.join('.') || 'the mapping';
  if (issue.code !== 'unrecognized_keys') {
    return [problem('import/shape', fileName, placeOf(issue.path), `${path}: ${issue.message}`)];
  }
  return issue.keys.map((key) => {
    const near = closest(key, keysAt(issue.path));
    const hint = near === null ? undefined : `Did you mean "${near}"?`;
    return problem('import/unknown-key', fileName, keyPlace(issue.path, key), `"${key}" is not a key of ${path}`, hint);
  });
}

function keysAt(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(mappingSchema.shape);
  if (path[0] === 'lookups') return Object.keys(lookup.shape);
  return Object.keys(path.includes('emit') ? emit.shape : fileEntry.shape);
}

/** A problem at a place. */
export function problem(
  code: MappingProblemCode,
  file: string,
  at: { readonly line: number; readonly column: number },
  message: string,
  hint?: string,
): MappingProblem {
  return { code, severity: 'error', file, ...at, message, ...(hint === undefined ? {} : { hint }) };
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
