import type { Expression } from '../expression/expression.ts';
import type { Names } from '../expression/names.ts';
import type { EventTest } from '../resolved-moments.ts';
import type { Path } from '../source/tree.ts';
import { canHold, type KnownTexts } from './constant.ts';
import { expressionAt, isBroken, type Resolving, reportValue } from './context.ts';
import { whereNames } from './measures.ts';
import { eventsAt, propertiesOf, type Vocabulary } from './vocabulary.ts';

/** Reads the events that something waits for, named under `key` with `where` beside it; null after a mistake. */
export function eventTestAt(
  resolving: Resolving,
  vocabulary: Vocabulary,
  path: Path,
  key: 'on' | 'of',
  authored: { readonly events: string | readonly string[] | undefined; readonly where: string | undefined },
): EventTest | null {
  if (authored.events === undefined) return null;
  const events = eventsAt(resolving, vocabulary, [...path, key], authored.events);
  if (events === undefined) return null;
  if (authored.where === undefined) return isBroken(resolving, [...path, 'where']) ? null : { events, where: null };
  const names = whereNames(propertiesOf(vocabulary.catalog, events));
  const where = conditionAt(resolving, [...path, 'where'], authored.where, names);
  return where === null ? null : { events, where };
}

/** Reads a condition that something waits for, which must be possible; null after a mistake. */
export function conditionAt(
  resolving: Resolving,
  path: Path,
  text: string,
  names: Names,
  texts: readonly KnownTexts[] = [{}],
): Expression | null {
  const condition = expressionAt(resolving, path, text, names, 'bool');
  if (condition === null || texts.some((known) => canHold(condition, known))) return condition;
  const ever = canHold(condition);
  return reportValue(
    resolving,
    path,
    'model/never-true',
    ever ? 'this is never true in the phase and segments it is for' : 'this is never true, whatever the account',
  );
}

/** Whether every event of the first test passes the second one too, as far as their texts tell. */
export function isCovered(inner: EventTest, outer: EventTest): boolean {
  const named = outer.events === null || inner.events?.every((event) => outer.events?.includes(event)) === true;
  return named && (outer.where === null || JSON.stringify(outer.where) === JSON.stringify(inner.where));
}
