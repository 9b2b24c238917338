import type { BaseKind, BaseMeasure } from '../../compile/base-measure.ts';
import { visit } from '../../compile/plan.ts';
import { evaluateExpression } from '../../model/expression/evaluate.ts';
import type { Expression, Type, Value } from '../../model/expression/expression.ts';
import { compareTexts } from '../../model/expression/version.ts';
import { listOf } from './merge.ts';
import type { RawEvent } from './reduce.ts';

/** A cell while events are taken into it. What it becomes is said at `merge.ts`. */
export type Cell =
  | { readonly kind: 'count'; count: number }
  | { readonly kind: 'days'; readonly found: Set<number> }
  | { readonly kind: 'unique'; readonly found: Set<string> }
  | { readonly kind: 'first' | 'last' | 'min' | 'max'; value: number | null }
  | { readonly kind: 'sum'; billionths: bigint; events: number }
  | { readonly kind: 'latest'; time: number; id: string; value: string | number | null }
  | { readonly kind: 'open'; readonly last: Map<string, number> };

/** A cell of no events. */
export function emptyCell(base: BaseKind): Cell {
  switch (base.kind) {
    case 'count':
      return { kind: 'count', count: 0 };
    case 'days':
      return { kind: 'days', found: new Set() };
    case 'unique':
      return { kind: 'unique', found: new Set() };
    case 'first':
    case 'last':
    case 'min':
    case 'max':
      return { kind: base.kind, value: null };
    case 'sum':
      return { kind: 'sum', billionths: 0n, events: 0 };
    case 'latest':
      return { kind: 'latest', time: 0, id: '', value: null };
    case 'open':
      return { kind: 'open', last: new Map() };
  }
}

/** The cell as the engine would show it. */
export function finished(cell: Cell): unknown {
  switch (cell.kind) {
    case 'count':
      return cell.count;
    case 'days':
      return [...cell.found].toSorted((a, b) => a - b);
    case 'unique':
      return [...cell.found].toSorted(compareTexts);
    case 'first':
    case 'last':
    case 'min':
    case 'max':
      return cell.value;
    case 'sum':
      return [String(cell.billionths), cell.events];
    case 'latest':
      return [cell.time, cell.id, cell.value];
    case 'open': {
      const pairs = [...cell.last].toSorted(([a], [b]) => compareTexts(a, b));
      return [pairs.map(([pair]) => pair), pairs.map(([, transition]) => transition)];
    }
  }
}

/** Takes an event into the cell of a base measure, if its condition holds. The name of the event has been looked at. */
export function taker({ base, where }: BaseMeasure): { readonly take: (cell: Cell, event: RawEvent) => void } {
  const holds = where === null ? () => true : conditionOf(where);
  if (base.kind === 'open') {
    return {
      take: (cell, event) => {
        if (cell.kind !== 'open') return;
        const pair = own(event.texts, base.by);
        const closes = event.name === base.to;
        if (pair === null || (!closes && !holds(event))) return;
        const transition = event.time * 2 + (closes ? 1 : 0);
        cell.last.set(pair, Math.max(cell.last.get(pair) ?? -Infinity, transition));
      },
    };
  }
  const read = readerOf(base);
  return {
    take: (cell, event) => {
      const value = read(event);
      if (value !== null && holds(event)) add(cell, value, event);
    },
  };
}

/** What of an event a base measure takes; null: nothing. */
function readerOf(base: Exclude<BaseKind, { kind: 'open' }>): (event: RawEvent) => string | number | null {
  switch (base.kind) {
    case 'count':
      return () => 1;
    case 'days':
      return ({ time }) => Math.floor(time / dayMs);
    case 'first':
    case 'last':
      return ({ time }) => time;
    case 'sum':
    case 'min':
    case 'max':
      return ({ numbers }) => own(numbers, base.property);
    case 'unique':
      return base.property === null
        ? ({ person }) => (person === '' ? null : person)
        : ({ texts }) => own(texts, base.property ?? '');
    case 'latest':
      return (event) => {
        const value = propertyOf(event, base.property, base.propertyType);
        if (typeof value === 'boolean') return value ? 1 : 0;
        // A list is kept as it was sent.
        return Array.isArray(value) ? own(event.texts, base.property) : (value as string | number | null);
      };
  }
}

const dayMs = 86_400_000;

function add(cell: Cell, value: string | number, event: RawEvent): void {
  switch (cell.kind) {
    case 'count':
      cell.count += 1;
      return;
    case 'days':
      cell.found.add(value as number);
      return;
    case 'unique':
      cell.found.add(value as string);
      return;
    case 'first':
    case 'min':
      cell.value = cell.value === null ? (value as number) : Math.min(cell.value, value as number);
      return;
    case 'last':
    case 'max':
      cell.value = cell.value === null ? (value as number) : Math.max(cell.value, value as number);
      return;
    case 'sum':
      // Beyond ±1e15 a number is not taken; billionths as whole numbers, so that the order of events never shows.
      if (Math.abs(value as number) > 1e15) return;
      cell.billionths += BigInt(Math.floor((value as number) * 1e9 + 0.5));
      cell.events += 1;
      return;
    case 'latest': {
      const later = cell.value === null ? 1 : event.time - cell.time || compareTexts(event.id, cell.id);
      if (later > 0) Object.assign(cell, { time: event.time, id: event.id, value });
      return;
    }
    case 'open':
      return; // has a taker of its own
  }
}

/** Whether a condition over properties is true of an event. */
function conditionOf(where: Expression): (event: RawEvent) => boolean {
  const read: { readonly name: string; readonly type: Type }[] = [];
  visit(where, (node) => {
    if (node.kind === 'reference' && node.scope === 'properties') read.push(node);
  });
  return (event) => {
    const properties: Record<string, Value> = {};
    for (const { name, type } of read) properties[name] = propertyOf(event, name, type);
    return evaluateExpression(where, { now: 0, properties }) === true;
  };
}

/** A property as a value of its type, null when the event has none of that type: as `propertySql` reads it. */
function propertyOf({ texts, numbers, times }: RawEvent, name: string, type: Type): Value {
  switch (type) {
    case 'number':
      return own(numbers, name);
    case 'time':
      return own(times, name);
    case 'bool': {
      const text = own(texts, name);
      return text === 'true' ? true : text === 'false' ? false : null;
    }
    case 'list': {
      const text = own(texts, name);
      return text?.startsWith('[') === true ? listOf(text) : null;
    }
    case 'string':
    case 'version':
      return own(texts, name);
    case 'series':
      throw new Error('a property is never a series');
  }
}

/** Keys come from senders: `constructor` is only a key. */
function own<Item>(record: Readonly<Record<string, Item>>, key: string): Item | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
