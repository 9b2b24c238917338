import { closest } from '../lib/closest.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostics.ts';
import type { Place } from '../model/resolved.ts';
import { type Located, placeOf } from '../model/source/tree.ts';
import { keysOf, type Part } from './keys.ts';

export type Report = (one: Diagnostic) => void;

/** The values of a map of the format by key; null when one is missing. */
export type Values = (key: string) => Located | null;

/** Reads a map whose keys are those of a part of the format; what is wrong with its keys is reported. */
export function readMap(located: Located, part: Part, report: Report): Values | null {
  const spec = keysOf(part);
  const known = Object.keys(spec);
  if (located.kind !== 'map')
    return mistake(
      report,
      located,
      'model/wrong-type',
      'a map of keys is needed here',
      `known keys: ${known.join(', ')}`,
    );
  for (const [key, entry] of located.entries) {
    if (known.includes(key)) continue;
    const message = `${part} has no key ${JSON.stringify(key)}`;
    const hint = suggestion(key, known) ?? `known keys: ${known.join(', ')}`;
    report(diagnostic('model/unknown-key', placeOf(entry.key), message, hint));
  }
  for (const [key, { needed, meaning }] of Object.entries(spec)) {
    if (!needed || located.entries.has(key)) continue;
    const at = { ...placeOf(located.span), length: 1 };
    report(diagnostic('model/missing-key', at, `${JSON.stringify(key)} is missing`, meaning));
  }
  return (key) => located.entries.get(key)?.value ?? null;
}

/** "did you mean", or nothing. */
function suggestion(word: string, known: readonly string[]): string | undefined {
  const near = closest(word, known);
  return near === null ? undefined : `did you mean ${near}?`;
}

/** Reports a mistake at a part. */
export function mistake(report: Report, at: Located, code: DiagnosticCode, message: string, hint?: string): null {
  report(diagnostic(code, placeOf(at.span), message, hint));
  return null;
}

/** Where a part stands. */
export function whereIs(located: Located): Place {
  const { file, line, column } = placeOf(located.span);
  return { file, line, column };
}

/** A text; a number counts as the text that is written. */
export function readText(located: Located | null, report: Report): string | null {
  if (located === null) return null;
  if (located.kind === 'scalar' && typeof located.value === 'string' && located.value !== '') return located.value;
  if (located.kind === 'scalar' && typeof located.value === 'number') return located.written;
  return mistake(report, located, 'model/wrong-type', 'a text is needed here');
}

export function readNumber(located: Located | null, report: Report): number | null {
  if (located === null) return null;
  if (located.kind === 'scalar' && typeof located.value === 'number') return located.value;
  return mistake(report, located, 'model/wrong-type', 'a number is needed here');
}

export function readTruth(located: Located | null, report: Report): boolean | null {
  if (located === null) return null;
  if (located.kind === 'scalar' && typeof located.value === 'boolean') return located.value;
  return mistake(report, located, 'model/wrong-type', 'true or false is needed here');
}

export function readList(located: Located | null, report: Report): readonly Located[] {
  if (located === null) return [];
  if (located.kind === 'list') return located.items;
  mistake(report, located, 'model/wrong-type', 'a list is needed here', 'begin each part of it with `- `');
  return [];
}

/** One of the words that are possible here. */
export function readWord<Word extends string>(
  located: Located | null,
  words: readonly Word[],
  report: Report,
): Word | null {
  const text = readText(located, report);
  if (located === null || text === null) return null;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const message = `${JSON.stringify(text)} is none of ${words.join(', ')}`;
  return mistake(report, located, 'model/wrong-type', message, suggestion(text, words));
}

/** The name of something that must exist; with `names` null nothing is known of them, since the model has mistakes. */
export function readName(
  located: Located | null,
  names: readonly string[] | null,
  { code, what }: { readonly code: DiagnosticCode; readonly what: string },
  report: Report,
): string | null {
  const text = readText(located, report);
  if (located === null || text === null || names === null || names.includes(text)) return text;
  const message = `there is no ${what} ${JSON.stringify(text)}`;
  return mistake(report, located, code, message, suggestion(text, names) ?? knownNames(names));
}

function knownNames(names: readonly string[]): string | undefined {
  return names.length === 0 || names.length > 12 ? undefined : `there are ${names.join(', ')}`;
}
