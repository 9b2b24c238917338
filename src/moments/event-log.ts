import { evaluateExpression } from '../model/expression/evaluate.ts';
import type { Value } from '../model/expression/expression.ts';
import type { EventTest } from '../model/resolved-moments.ts';
import type { SeenEvent } from './journey.ts';

/** The events of one account, asked by test. */
export interface EventLog {
  /** All that pass, by time and id. */
  readonly matching: (test: EventTest) => readonly SeenEvent[];
}

/** A log of events that come in any order, some perhaps twice; each test is run over them once. */
export function eventLog(events: readonly SeenEvent[]): EventLog {
  const found = new Map<EventTest, readonly SeenEvent[]>();
  let byName: ReadonlyMap<string, readonly SeenEvent[]> | null = null;
  let inOrder: readonly SeenEvent[] | null = null;
  const all = (): readonly SeenEvent[] => (inOrder ??= orderedOnce(events));
  const named = (name: string): readonly SeenEvent[] =>
    (byName ??= Map.groupBy(all(), (one) => one.name)).get(name) ?? [];
  const matching = (test: EventTest): readonly SeenEvent[] => {
    const known = found.get(test);
    if (known !== undefined) return known;
    const passed = namedIn(test, all, named).filter((event) => passes(event, test));
    found.set(test, passed);
    return passed;
  };
  return { matching };
}

/** The first event that passes at or after an instant. */
export function firstFrom(log: EventLog, test: EventTest, from: number): SeenEvent | null {
  const events = log.matching(test);
  return events[positionOf(events, from)] ?? null;
}

/** The first event that passes after an instant. */
export function firstAfter(log: EventLog, test: EventTest, after: number): SeenEvent | null {
  return firstFrom(log, test, after + 1);
}

/** The last event that passes up to an instant. */
export function latestUpTo(log: EventLog, test: EventTest, at: number): SeenEvent | null {
  const events = log.matching(test);
  return events[positionOf(events, at + 1) - 1] ?? null;
}

/** The events that pass in [from, to]. */
export function eventsBetween(log: EventLog, test: EventTest, from: number, to: number): readonly SeenEvent[] {
  const events = log.matching(test);
  return events.slice(positionOf(events, from), positionOf(events, to + 1));
}

/** How many events are before an instant. */
function positionOf(events: readonly SeenEvent[], instant: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.time ?? instant) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function namedIn(
  { events }: EventTest,
  all: () => readonly SeenEvent[],
  named: (name: string) => readonly SeenEvent[],
): readonly SeenEvent[] {
  if (events === null) return all();
  const names = [...new Set(events)];
  return names.length === 1 ? named(names[0] ?? '') : names.flatMap(named).toSorted(earlierFirst);
}

function passes(event: SeenEvent, { where }: EventTest): boolean {
  if (where === null) return true;
  // The evaluator takes a property of another type than declared for unknown.
  const properties = event.properties as Readonly<Record<string, Value>>;
  return evaluateExpression(where, { now: event.time, properties }) === true;
}

function orderedOnce(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const seen = new Set<string>();
  return events.toSorted(earlierFirst).filter(({ id }) => !seen.has(id) && seen.add(id));
}

function earlierFirst(one: SeenEvent, other: SeenEvent): number {
  return one.time - other.time || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
