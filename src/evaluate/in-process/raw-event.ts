import { visit } from '../../compile/plan.ts';
import { evaluateExpression } from '../../model/expression/evaluate.ts';
import type { Expression, Type, Value } from '../../model/expression/expression.ts';
import { listOf } from './merge.ts';

/** An event as the engine stores it, or as the loader is about to. */
export interface RawEvent {
  readonly time: number;
  readonly id: string;
  readonly kind: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  readonly name: string;
  readonly person: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<string, number>>;
}

/** One of which is known when it came. */
export interface ReceivedEvent extends RawEvent {
  readonly receivedAt: number;
}

/** Reads a property as text. */
export function textReader(name: string): (event: RawEvent) => string | null {
  return ({ texts }) => {
    const text = texts[name];
    return typeof text === 'string' ? text : null; // names come from senders: `constructor` is no text
  };
}

/** Reads a property as a number. The loader may hold −0, which JSON makes 0 on its way to the engine. */
export function numberReader(name: string): (event: RawEvent) => number | null {
  return ({ numbers }) => {
    const number = numbers[name];
    return typeof number === 'number' ? number + 0 : null;
  };
}

/** Reads a property as a value of its type, null when the event has none of that type: as `propertySql` says. */
export function propertyReader(name: string, type: Type): (event: RawEvent) => Value {
  const textOf = textReader(name);
  switch (type) {
    case 'number':
      return numberReader(name);
    case 'time':
      return ({ times }) => {
        const time = times[name];
        return typeof time === 'number' ? time : null;
      };
    case 'bool':
      return (event) => {
        const text = textOf(event);
        return text === 'true' ? true : text === 'false' ? false : null;
      };
    case 'list':
      return (event) => {
        const text = textOf(event);
        return text?.startsWith('[') === true ? listOf(text) : null;
      };
    case 'string':
    case 'version':
      return textOf;
    case 'series':
      throw new Error('a property is never a series');
  }
}

/** Whether a condition over properties is true of an event. */
export function conditionOf(where: Expression): (event: RawEvent) => boolean {
  const readers = new Map<string, (event: RawEvent) => Value>();
  visit(where, (node) => {
    if (node.kind === 'reference' && node.scope === 'properties')
      readers.set(node.name, propertyReader(node.name, node.type));
  });
  const read = [...readers];
  return (event) => {
    const properties: Record<string, Value> = {};
    for (const [name, of] of read) properties[name] = of(event);
    return evaluateExpression(where, { now: 0, properties }) === true;
  };
}
