import { createHash } from 'node:crypto';
import type { AccountTrait } from '../../src/evaluate/in-process/evaluate-events.ts';
import type { Expression, Operator, Scope, Type } from '../../src/model/expression/expression.ts';
import type { Indicator, Measure, Place, ResolvedModel } from '../../src/model/resolved.ts';
import type { EventRow } from '../../src/store/events/tables.ts';

export const dayMs = 86_400_000;
export const at: Place = { file: 'model.yaml', line: 1, column: 1 };

/** A literal of the type its value has. */
export function literal(value: number | string | boolean | readonly string[] | null, type?: Type): Expression {
  const own = Array.isArray(value)
    ? 'list'
    : value === null
      ? 'number'
      : (typeof value as 'number' | 'string' | 'boolean');
  return { kind: 'literal', type: type ?? (own === 'boolean' ? 'bool' : own), value };
}

export function reference(scope: Scope, name: string, type: Type): Expression {
  return { kind: 'reference', type, scope, name };
}

export function call(operator: Operator, type: Type, ...args: Expression[]): Expression {
  return { kind: 'call', type, operator, args };
}

/** A measure; everything not said is "count of any event, ever". */
export function measure(id: string, parts: Partial<Measure> = {}): Measure {
  return {
    id,
    at,
    type: 'number',
    aggregate: { kind: 'count' },
    events: null,
    where: null,
    window: null,
    sources: [],
    ...parts,
  };
}

/** An indicator; everything not said is "the measure of its own name, direct points, weight 1". */
export function indicator(id: string, parts: Partial<Indicator> = {}): Indicator {
  return {
    id,
    at,
    domain: 'adoption',
    label: id,
    value: reference('measures', id, 'number'),
    points: { kind: 'direct' },
    weight: 1,
    halfLife: null,
    fadesWith: null,
    segments: null,
    sources: [],
    cohort: null,
    evidence: null,
    builtin: null,
    ...parts,
  };
}

/** A model; everything not said is empty, with one domain and the usual bands. */
export function model(parts: Partial<ResolvedModel> = {}): ResolvedModel {
  const base: ResolvedModel = {
    name: 'test',
    hash: '',
    timezone: 'UTC',
    account: 'group',
    catalog: {},
    traits: { account: {}, person: {} },
    sources: [],
    releases: [],
    segments: [{ id: 'all', when: null, touch: 'low', at }],
    audiences: [],
    outcomes: [],
    measures: [],
    indicators: [],
    awaiting: [],
    score: {
      domains: [{ id: 'adoption', weight: 30, at }],
      bands: { engaged: { enter: 70, leave: 65 }, disengaged: { enter: 40, leave: 45 }, dwell: 7 * dayMs },
      limit: { weight: 10, below: 25, cap: 69 },
      coverage: { unknown: 0.5, badge: 0.75 },
      hardTriggers: [],
    },
    roles: [],
    calendars: [],
    phases: [],
    policy: null,
    moments: [],
    ...parts,
  };
  return { ...base, hash: createHash('sha256').update(JSON.stringify(base)).digest('hex') };
}

/** As the loader writes a property or trait. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A stored trait as the evaluation of plain data takes it. */
export function accountTrait({
  id,
  trait: name,
  time,
  message,
  text,
  number,
  moment,
  removed,
}: TraitRow): AccountTrait {
  return { account: id, name, row: [time, message, text, number, moment, 1 - removed] };
}

let made = 0;

/** A stored event; properties become the maps that the loader would write. */
export function event(
  parts: Partial<EventRow> & { account: string; time: number },
  properties: Record<string, unknown> = {},
): EventRow {
  made += 1;
  const texts: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const times: Record<string, number> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    texts[key] = textOf(value);
    if (typeof value === 'number') numbers[key] = value;
    if (typeof value === 'boolean') numbers[key] = value ? 1 : 0;
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)) times[key] = Date.parse(value);
  }
  return {
    workspace: 'ws_test',
    id: `event-${String(made).padStart(6, '0')}`,
    kind: 'track',
    name: 'Used',
    person: '',
    user_id: '',
    anonymous_id: '',
    group_id: '',
    received_at: parts.time,
    texts,
    numbers,
    times,
    properties: JSON.stringify(properties),
    context: '{}',
    source: 'test',
    segment: 'segment-1',
    version: 0,
    deleted: 0,
    ...parts,
  };
}

/** A row of the history of an account's trait. */
export interface TraitRow {
  readonly workspace: string;
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly trait: string;
  readonly time: number;
  readonly message: string;
  readonly received_at: number;
  readonly text: string;
  readonly number: number | null;
  readonly moment: number | null;
  readonly removed: 0 | 1;
  readonly segment: string;
  readonly version: number;
  readonly deleted: 0 | 1;
}

/** A stored trait; null removes it. */
export function trait(id: string, name: string, time: number, value: unknown, parts: Partial<TraitRow> = {}): TraitRow {
  made += 1;
  const moment = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : null;
  return {
    workspace: 'ws_test',
    kind: 'account',
    id,
    trait: name,
    time,
    message: `message-${String(made).padStart(6, '0')}`,
    received_at: time,
    text: value === null ? '' : textOf(value),
    number: typeof value === 'number' ? value : null,
    moment,
    removed: value === null ? 1 : 0,
    segment: 'segment-1',
    version: 0,
    deleted: 0,
    ...parts,
  };
}
