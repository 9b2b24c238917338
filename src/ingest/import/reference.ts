import { z } from 'zod';
import { functions } from './functions.ts';
import { mappingSchema } from './mapping.ts';
import { mappingProblemCodes } from './problem-codes.ts';

/** The reference page of the mapping language as Markdown, made of its own definitions. */
export function renderMappingReference(): string {
  return `${[
    '# Import mappings',
    'A mapping says how the rows of files (CSV, JSONL, Parquet) become the messages that a client library would have sent.',
    'Check one without loading anything: `rapport import <files> --mapping <mapping> --dry-run`.',
    ...keyTables(),
    '## Values',
    'Every value is an expression: the words below, `+ - * / %`, comparisons, `in`, `&&`, `||`, `!` and `a ? b : c`.',
    'Numbers are doubles. What is not known stays unknown (null), and a field that is null is left out of the message.',
    table(['name', 'what'], names),
    '## Functions',
    '`value.method(…)` is the same as `method(value, …)`.',
    table(['function', 'result'], functionRows()),
    '## Problems',
    'All of them are reported at once, with line and column, before the first row is loaded.',
    table(
      ['code', 'when', 'what to do'],
      Object.entries(mappingProblemCodes).map(([code, { about, remedy }]) => [`\`${code}\``, about, remedy]),
    ),
    'A row that cannot be taken is no problem of the mapping: it is counted, listed in `failed.csv`, and the import goes on.',
  ].join('\n\n')}\n`;
}

const names = [
  [
    '`row.column`, `row["a column"]`',
    'a cell; the parts of a path `key=value/` are columns too; an empty CSV cell is null',
  ],
  ['`row_number`', 'position in the file from 0, rows that cannot be read included; the same in every run'],
  ['`values.x`, `constants.x`', 'computed once per row; fixed'],
  ['`lookups.name.column`', 'a cell of another file, found by `key` (or `by`)'],
];

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
}

function keyTables(): string[] {
  const schema = z.toJSONSchema(mappingSchema, { unrepresentable: 'any' }) as JsonSchema;
  const file = schema.properties?.['files']?.items;
  const lookup = schema.properties?.['lookups']?.additionalProperties;
  const parts: [string, JsonSchema | boolean | undefined][] = [
    ['Keys', schema],
    ['Keys of an entry of `files`', file],
    ['Keys of an entry of `emit`', file?.properties?.['emit']?.items],
    ['Keys of a lookup', lookup],
  ];
  return parts.flatMap(([title, part]) => (typeof part === 'object' ? [`## ${title}`, keyTable(part)] : []));
}

function keyTable({ properties = {}, required = [] }: JsonSchema): string {
  return table(
    ['key', 'needed', 'what'],
    Object.entries(properties).map(([key, { description }]) => [
      `\`${key}\``,
      required.includes(key) ? 'yes' : '',
      description ?? '',
    ]),
  );
}

function functionRows(): string[][] {
  return Object.entries(functions).map(([name, { parameters, variadic, returns }]) => [
    `\`${name}(${parameters.join(', ')}${variadic ? ', …' : ''})\``,
    returns === 'first' ? 'as its first argument' : returns,
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
