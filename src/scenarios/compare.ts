import type { Place } from '../model/resolved.ts';
import { offsetText } from './instant.ts';
import type { Expectation, ExpectedOccurrence, Range } from './scenario.ts';
import type { Seen, SeenOccurrence } from './world.ts';

/** Something that is not as expected, for people. */
export interface Mismatch {
  readonly place: Place;
  readonly about:
    | { readonly kind: 'phase' | 'segment' | 'band' | 'score' | 'coverage' }
    | { readonly kind: 'occurrence'; readonly moment: string };
  readonly expected: string;
  readonly got: string;
}

/** What an expectation is compared with. */
export interface Comparison {
  readonly seen: Seen;
  readonly at: number;
  readonly start: number;
  /** Occurrence → its state when occurrences were expected last: what ended before is not looked at again. */
  readonly told: ReadonlyMap<string, SeenOccurrence['state']>;
}

/** Compares what is seen of an account with what should be; empty when all is as expected. */
export function compare(expect: Expectation, comparison: Comparison): readonly Mismatch[] {
  const { seen } = comparison;
  const { evaluation } = seen;
  const mismatches: Mismatch[] = [];
  const same = (kind: 'phase' | 'segment' | 'band', got: string | null): void => {
    const expected = expect[kind];
    if (expected !== null && expected.value !== got)
      mismatches.push({
        place: expected.place,
        about: { kind },
        expected: expected.value ?? 'none',
        got: got ?? 'none',
      });
  };
  const within = (kind: 'score' | 'coverage', got: number, digits: number): void => {
    const expected = expect[kind];
    if (expected !== null && !isWithin(expected.value, got, digits))
      mismatches.push({
        place: expected.place,
        about: { kind },
        expected: rangeText(expected.value),
        got: got.toFixed(digits),
      });
  };
  same('phase', seen.phase);
  same('segment', evaluation.segment);
  same('band', evaluation.band);
  within('score', evaluation.score, 1);
  within('coverage', evaluation.coverage, 2);
  return [...mismatches, ...compareOccurrences(expect, comparison)];
}

/** A number is expected as people see it, rounded. */
function isWithin(range: Range, got: number, digits: number): boolean {
  if (range.kind === 'exactly') return range.value.toFixed(digits) === got.toFixed(digits);
  return got > (range.above ?? -Infinity) && got < (range.below ?? Infinity);
}

function rangeText(range: Range): string {
  if (range.kind === 'exactly') return String(range.value);
  const above = range.above === null ? [] : [`above ${range.above}`];
  return [...above, ...(range.below === null ? [] : [`below ${range.below}`])].join(', ');
}

function compareOccurrences({ occurrences, othersAllowed }: Expectation, comparison: Comparison): readonly Mismatch[] {
  if (occurrences === null) return [];
  const left = new Set(comparison.seen.occurrences.filter((one) => isShown(one, comparison)));
  const take = (fits: (one: SeenOccurrence) => boolean): SeenOccurrence | null => {
    const found = [...left].find(fits) ?? null;
    if (found !== null) left.delete(found);
    return found;
  };
  const [absent, present] = [
    occurrences.value.filter(({ state }) => state === 'none'),
    occurrences.value.filter(({ state }) => state !== 'none'),
  ];
  const unmet = present.filter((one) => take((other) => differences(one, other, comparison).length === 0) === null);
  const mismatches = unmet.map((one): Mismatch => {
    const near =
      take(({ moment, state }) => moment === one.moment && state === one.state) ??
      take(({ moment }) => moment === one.moment);
    return {
      place: one.place,
      about: { kind: 'occurrence', moment: one.moment },
      expected: expectedText(one, comparison),
      got: near === null ? 'none' : occurrenceText(near, comparison),
    };
  });
  const refused = (moment: string) => absent.find((one) => one.moment === moment)?.place ?? null;
  const others = [...left].filter(
    ({ state, moment }) => state !== 'planned' && (!othersAllowed || refused(moment) !== null),
  );
  return [
    ...mismatches,
    ...others.map((one): Mismatch => ({
      place: refused(one.moment) ?? occurrences.place,
      about: { kind: 'occurrence', moment: one.moment },
      expected: `no ${one.moment}`,
      got: occurrenceText(one, comparison),
    })),
  ];
}

/** Open or planned, or ended since it was told last. */
function isShown({ id, state }: SeenOccurrence, { told }: Comparison): boolean {
  return state === 'open' || state === 'planned' || told.get(id) !== state;
}

/** Whether its deadline has come while it is open. */
function isOverdue({ state, dueAt }: SeenOccurrence, at: number): boolean {
  return state === 'open' && dueAt !== null && dueAt <= at;
}

/** The keys in which an occurrence differs from what is expected. */
function differences(expected: ExpectedOccurrence, got: SeenOccurrence, { at }: Comparison): readonly string[] {
  const values: readonly (readonly [name: string, expected: unknown, got: unknown])[] = [
    ['moment', expected.moment, got.moment],
    ['state', expected.state, got.state],
    ['overdue', expected.overdue, isOverdue(got, at)],
    ['snoozed', expected.snoozed, got.snoozedUntil !== null && got.snoozedUntil > at],
    ['role', expected.role, got.role],
    ['playbook', expected.playbook, got.playbook],
    ['assigned', expected.assigned, got.assigned],
    ['escalated', expected.escalated, got.escalation],
    ['opens', expected.opens, got.opensAt],
    ['due', expected.due, got.dueAt],
    ['ended', expected.ended, got.endedAt],
    ['because', expected.because, got.endedBy?.kind ?? null],
  ];
  return values.flatMap(([name, wanted, is]) => (wanted === null || wanted === is ? [] : [name]));
}

function expectedText(one: ExpectedOccurrence, { start }: Comparison): string {
  const is = (name: string, value: boolean | null): string[] => (value === null ? [] : [value ? name : `not ${name}`]);
  const has = (name: string, value: string | number | null): string[] => (value === null ? [] : [`${name} ${value}`]);
  const on = (name: string, at: number | null): string[] => (at === null ? [] : [`${name} ${offsetText(at, start)}`]);
  return [
    `${one.moment} ${one.state}`,
    ...is('overdue', one.overdue),
    ...is('snoozed', one.snoozed),
    ...has('role', one.role),
    ...has('playbook', one.playbook),
    ...has('assigned', one.assigned),
    ...has('escalated', one.escalated),
    ...on('opens', one.opens),
    ...on('due', one.due),
    ...on('ended', one.ended),
    ...has('because', one.because),
  ].join(', ');
}

/** An occurrence as it is, in the words of an expectation. */
function occurrenceText(one: SeenOccurrence, { at, start }: Comparison): string {
  const ended = one.endedAt === null ? [] : [`ended ${offsetText(one.endedAt, start)}`];
  return [
    `${one.moment} ${one.state}`,
    ...(isOverdue(one, at) ? ['overdue'] : []),
    ...(one.snoozedUntil !== null && one.snoozedUntil > at
      ? [`snoozed until ${offsetText(one.snoozedUntil, start)}`]
      : []),
    ...(one.role === null ? [] : [`role ${one.role}`]),
    ...(one.playbook === null ? [] : [`playbook ${one.playbook}`]),
    ...(one.assigned === null ? [] : [`assigned ${one.assigned}`]),
    ...(one.escalation === 0 ? [] : [`escalated ${one.escalation}`]),
    `opens ${offsetText(one.opensAt, start)}`,
    ...(one.dueAt === null ? [] : [`due ${offsetText(one.dueAt, start)}`]),
    ...ended,
    ...(one.endedBy === null ? [] : [`because ${one.endedBy.kind}`]),
  ].join(', ');
}
