import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readYaml } from '../source/read.ts';
import { type Located, type LocatedMap, partAt, plain } from '../source/tree.ts';

/** A built-in indicator: its definition in the model language, with the measures, events and traits it needs. */
export interface Builtin {
  readonly id: string;
  /** Position in the list of built-ins. */
  readonly number: number;
  readonly domain: string;
  readonly label: string;
  readonly evidence: string;
  /** What must exist before it can be computed; null: it works. */
  readonly awaits: 'moments' | 'records' | null;
  /** How it is meant, where the definition does not say it all. */
  readonly note: string | null;
  /** The definition; null when it awaits something. */
  readonly definition: LocatedMap | null;
  readonly file: LocatedMap;
}

/** How the files of built-ins are called in places. */
export const builtinFolder = 'builtins/';

const fileSchema = z.strictObject({
  domain: z.string(),
  catalog: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  traits: z.record(z.string(), z.string()).optional(),
  measures: z.record(z.string(), z.unknown()).optional(),
  indicators: z.record(
    z.string(),
    z.looseObject({
      number: z.number().int(),
      label: z.string(),
      evidence: z.string(),
      awaits: z.enum(['moments', 'records']).optional(),
      note: z.string().optional(),
    }),
  ),
});

let cache: readonly Builtin[] | null = null;

/** All built-in indicators, in the order of their numbers. They are part of the program, so a mistake in them is a bug. */
export function builtinIndicators(): readonly Builtin[] {
  cache ??= readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .flatMap((name) => readBuiltins(name))
    .toSorted((a, b) => a.number - b.number);
  return cache;
}

function readBuiltins(name: string): Builtin[] {
  const { root, diagnostics } = readYaml(
    `${builtinFolder}${name}`,
    readFileSync(join(import.meta.dirname, name), 'utf8'),
  );
  if (root?.kind !== 'map' || diagnostics.length > 0)
    throw new Error(`built-ins ${name}: ${diagnostics[0]?.message ?? 'not a map'}`);
  const file = fileSchema.parse(plain(root));
  return Object.entries(file.indicators).map(([id, one]) => ({
    id,
    number: one.number,
    domain: file.domain,
    label: one.label,
    evidence: one.evidence,
    awaits: one.awaits ?? null,
    note: one.note ?? null,
    definition: one.awaits === undefined ? definitionOf(root, id, file.domain) : null,
    file: root,
  }));
}

/** The definition in the model language: without what only describes it, with its domain. */
function definitionOf(root: LocatedMap, id: string, domain: string): LocatedMap | null {
  const part = partAt(root, ['indicators', id]);
  const domainPart = partAt(root, ['domain']);
  if (part?.kind !== 'map' || domainPart === undefined) return null;
  const entries = [...part.entries].filter(([key]) => key !== 'number' && key !== 'note');
  const withDomain: typeof entries = [
    ['domain', { key: domainPart.span, value: { ...domainPart, kind: 'scalar', value: domain, written: domain } }],
  ];
  return { ...part, entries: new Map([...withDomain, ...entries]) };
}

/** Ids of the measures that a definition's value refers to. */
export function measuresOf(builtin: Builtin): string[] {
  const value = builtin.definition === null ? undefined : partAt(builtin.definition, ['value']);
  const text = value?.kind === 'scalar' ? String(value.value) : '';
  return [...new Set([...text.matchAll(/measures\.(\w+)/g)].map((match) => match[1] ?? ''))];
}

/** Names of the traits that a definition's value refers to. */
export function traitsOf(builtin: Builtin): string[] {
  const value = builtin.definition === null ? undefined : partAt(builtin.definition, ['value']);
  const text = value?.kind === 'scalar' ? String(value.value) : '';
  return [...new Set([...text.matchAll(/account\.(\w+)/g)].map((match) => match[1] ?? ''))];
}

/** Names of the events that a measure's definition refers to. */
export function eventsOfMeasure(measure: Located): string[] {
  const parts = [['count'], ['days'], ['of'], ['open', 'from'], ['open', 'to']].map((path) => partAt(measure, path));
  return parts
    .flatMap((part) => (part?.kind === 'list' ? part.items : part === undefined ? [] : [part]))
    .flatMap((part) => (part.kind === 'scalar' && typeof part.value === 'string' ? [part.value] : []))
    .filter((event) => event !== 'any' && event !== 'key');
}
