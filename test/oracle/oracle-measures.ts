import { type EvaluationScope, evaluateExpression } from '../../src/model/expression/evaluate.ts';
import type { Type, Value } from '../../src/model/expression/expression.ts';
import type { Measure } from '../../src/model/resolved.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import { dayMs } from './build.ts';

/** A measure the slow and plain way: one pass over the account's events, no days, no SQL. */
export function measureValue(
  measure: Measure,
  events: readonly EventRow[],
  now: number,
): { value: Value; filled: boolean } {
  const { aggregate } = measure;
  if (aggregate.kind === 'series') return series(measure, aggregate, events, now);
  const inside = events.filter(({ time }) => time <= now && (measure.window === null || time > now - measure.window));
  if (aggregate.kind === 'open') return open(measure, aggregate, inside);
  const found = inside.filter((event) => matches(measure, event));
  const byTime = found.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  switch (aggregate.kind) {
    case 'count':
      return { value: found.length, filled: found.length > 0 };
    case 'days':
      return sized(new Set(found.map(({ time }) => Math.floor(time / dayMs))).size);
    case 'first':
      return known(byTime[0]?.time ?? null);
    case 'last':
      return known(byTime.at(-1)?.time ?? null);
    case 'unique': {
      const { property } = aggregate;
      const texts = found.map((event) => (property === null ? event.person || undefined : event.texts[property]));
      return sized(new Set(texts.filter((text) => text !== undefined)).size);
    }
    case 'latest': {
      const values = byTime.map((event) => propertyValue(event, aggregate.property, aggregate.propertyType));
      return known(values.findLast((value) => value !== null) ?? null);
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return overNumbers(
        aggregate.kind,
        found.flatMap((event) => event.numbers[aggregate.property] ?? []),
      );
  }
}

/** Time of the newest event that gives a `latest` measure its value. */
export function latestTime(measure: Measure, events: readonly EventRow[], now: number): number | null {
  const { aggregate } = measure;
  if (aggregate.kind !== 'latest') return null;
  const times = events
    .filter(({ time }) => time <= now && (measure.window === null || time > now - measure.window))
    .filter(
      (event) => matches(measure, event) && propertyValue(event, aggregate.property, aggregate.propertyType) !== null,
    )
    .map(({ time }) => time);
  return times.length === 0 ? null : Math.max(...times);
}

export function matches(measure: Measure, event: EventRow): boolean {
  if (!['track', 'page', 'screen'].includes(event.kind)) return false;
  if (measure.events !== null && !measure.events.includes(event.name)) return false;
  return holds(measure, event);
}

function holds(measure: Measure, event: EventRow): boolean {
  if (measure.where === null) return true;
  return (
    evaluateExpression(measure.where, {
      now: 0,
      properties: propertiesFor(measure, event),
    } satisfies EvaluationScope) === true
  );
}

/** Each property a condition names, in the type it is read as. */
function propertiesFor(measure: Measure, event: EventRow): Record<string, Value> {
  const properties: Record<string, Value> = {};
  const visit = (node: Measure['where']): void => {
    if (node?.kind === 'reference' && node.scope === 'properties')
      properties[node.name] = propertyValue(event, node.name, node.type);
    if (node?.kind === 'call') node.args.forEach(visit);
  };
  visit(measure.where);
  return properties;
}

function propertyValue(event: EventRow, name: string, type: Type): Value {
  const text = event.texts[name] ?? null;
  switch (type) {
    case 'number':
      return event.numbers[name] ?? null;
    case 'time':
      return event.times[name] ?? null;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'list':
      return text?.startsWith('[')
        ? (JSON.parse(text) as unknown[]).map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
        : null;
    case 'string':
    case 'version':
      return text;
    case 'series':
      throw new Error('a property is never a series');
  }
}

function overNumbers(
  kind: 'sum' | 'avg' | 'min' | 'max',
  numbers: readonly number[],
): { value: Value; filled: boolean } {
  if (kind === 'min' || kind === 'max') return known(numbers.length === 0 ? null : Math[kind](...numbers));
  const taken = numbers.filter((number) => Math.abs(number) <= 1e15);
  const billionths = taken.reduce((sum, number) => sum + BigInt(Math.floor(number * 1e9 + 0.5)), 0n);
  const total = Number(billionths / 1_000_000_000n) + Number(billionths % 1_000_000_000n) / 1e9;
  if (kind === 'sum') return { value: total, filled: taken.length > 0 };
  return known(taken.length === 0 ? null : total / taken.length);
}

function open(
  measure: Measure,
  aggregate: { from: string; to: string; by: string },
  events: readonly EventRow[],
): { value: Value; filled: boolean } {
  const state = new Map<string, { time: number; open: boolean }>();
  for (const event of events.toSorted((a, b) => a.time - b.time)) {
    if (!['track', 'page', 'screen'].includes(event.kind)) continue;
    const key = event.texts[aggregate.by];
    const opens = event.name === aggregate.from && holds(measure, event);
    const closes = event.name === aggregate.to;
    if (key === undefined || !(opens || closes)) continue;
    const before = state.get(key);
    // At the same instant the close wins, in whatever order they come.
    if (before?.time === event.time && !before.open) continue;
    state.set(key, { time: event.time, open: !closes });
  }
  return { value: [...state.values()].filter((pair) => pair.open).length, filled: state.size > 0 };
}

function series(
  measure: Measure,
  { every, blocks }: { every: number; blocks: number },
  events: readonly EventRow[],
  now: number,
): { value: Value; filled: boolean } {
  const end = Math.floor(now / dayMs) * dayMs;
  const found = events.filter((event) => event.time <= end && matches(measure, event));
  const first = Math.min(...found.map(({ time }) => time));
  const counts: number[] = [];
  for (let block = blocks; block >= 1; block -= 1) {
    const from = end - block * every;
    if (first > from + every) continue; // history has not begun
    counts.push(found.filter(({ time }) => time > from && time <= from + every).length);
  }
  return { value: counts, filled: counts.some((count) => count > 0) };
}

const known = (value: Value): { value: Value; filled: boolean } => ({ value, filled: value !== null });
const sized = (value: number): { value: Value; filled: boolean } => ({ value, filled: value > 0 });
