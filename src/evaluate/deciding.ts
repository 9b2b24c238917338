import { midnightOf } from '../compile/columns/merge.ts';
import { compile, type CompiledModel } from '../compile/compile.ts';
import { accountExpressions, measuresOf, momentConditions, visit } from '../compile/plan.ts';
import { measureEvents } from '../compile/queries/heartbeats.ts';
import type { Expression } from '../model/expression/expression.ts';
import type { EventTest } from '../model/resolved-moments.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { ReceivedEvent } from './in-process/raw-event.ts';
import { type Watched, watchedBy } from './next-change.ts';

/** What deciding the moments of a model depends on: the part of the model that it sees, and what can change it. */
export interface Deciding {
  /** The model without the measures and indicators that nothing it decides depends on. */
  readonly compiled: CompiledModel;
  readonly watched: Watched;
  /** A condition asks for the band, which remembers every look and every night. */
  readonly seesBand: boolean;
  /** Traits whose values count. */
  readonly traits: ReadonlySet<string>;
  /** Whether an event of this name is asked for by a phase or moment. */
  readonly asksFor: (name: string) => boolean;
  /** Whether the arrival of an event can change what is decided at once. */
  readonly matters: (event: ReceivedEvent) => boolean;
}

/** Finds it. Leaving out the rest changes no decision, and a year of looks costs a fraction. */
export function decidingPart(model: ResolvedModel): Deciding {
  const part = neededPart(model);
  const conditions = momentConditions(part);
  const watched = watchedBy(part, conditions);
  const asksFor = namesOf(testsOf(part).map(({ events }) => events));
  const [series, others] = partition(part.measures, ({ aggregate }) => aggregate.kind === 'series');
  const counts = namesOf(others.map(measureEvents));
  const countsByDay = namesOf(series.map(measureEvents));
  const always = movesByTime(part);
  return {
    compiled: compile(part),
    watched,
    seesBand: conditions.some((one) => refersTo(one, 'evaluation', ['band'])),
    traits: new Set(accountExpressions(part).flatMap((one) => namesIn(one, 'account'))),
    asksFor,
    matters: ({ name, kind, time, receivedAt }) => {
      if (kind !== 'track' && kind !== 'page' && kind !== 'screen') return false;
      // A series ends at midnight: of today it sees nothing yet.
      return always || asksFor(name) || counts(name) || (countsByDay(name) && time <= midnightOf(receivedAt));
    },
  };
}

/** The model with what conditions and segments see; with all of it when a condition asks for the score. */
function neededPart(model: ResolvedModel): ResolvedModel {
  const conditions = momentConditions(model);
  if (conditions.some((one) => refersTo(one, 'evaluation', ['score', 'coverage', 'band'])))
    return { ...model, audiences: [] };
  const seen = new Set(conditions.flatMap((one) => namesIn(one, 'indicators')));
  const indicators = model.indicators.filter(({ id }) => seen.has(id));
  const segments = model.segments.flatMap(({ when }) => (when === null ? [] : [when]));
  const measures = new Set([
    ...[...conditions, ...segments].flatMap((one) => namesIn(one, 'measures')),
    ...indicators.flatMap((indicator) => measuresOf(indicator, model.measures).map(({ id }) => id)),
  ]);
  return {
    ...model,
    audiences: [],
    indicators,
    measures: model.measures.filter(({ id }) => measures.has(id)),
    score: { ...model.score, hardTriggers: [] },
  };
}

/** Whether something it sees changes all the time, so that it can be another at any look. */
function movesByTime({ indicators, segments }: ResolvedModel): boolean {
  return (
    indicators.some(({ halfLife, sources, value }) => halfLife !== null || sources.length > 0 || asksForNow(value)) ||
    segments.some(({ when }) => when !== null && asksForNow(when))
  );
}

function asksForNow(expression: Expression): boolean {
  let found = false;
  visit(expression, (node) => {
    if (node.kind === 'call' && ['daysSince', 'before', 'onTime', 'releasesBehind'].includes(node.operator))
      found = true;
  });
  return found;
}

function testsOf({ phases, moments }: ResolvedModel): EventTest[] {
  return [
    ...phases.flatMap(({ starts, ends }) => [
      ...(starts.kind === 'event' ? [starts.test] : []),
      ...(ends?.kind === 'event' ? [ends.test] : []),
    ]),
    ...moments.flatMap(({ trigger, done }) => [
      ...(trigger.kind === 'event' || trigger.kind === 'absence' ? [trigger.test] : []),
      ...(done?.kind === 'event' ? [done.test] : []),
    ]),
  ];
}

/** Whether a name is one of these lists; null is any. */
function namesOf(lists: readonly (readonly string[] | null)[]): (name: string) => boolean {
  if (lists.includes(null)) return () => true;
  const names = new Set(lists.flatMap((list) => list ?? []));
  return (name) => names.has(name);
}

function namesIn(expression: Expression, scope: 'account' | 'measures' | 'indicators'): string[] {
  const names: string[] = [];
  visit(expression, (node) => {
    if (node.kind === 'reference' && node.scope === scope) names.push(node.name);
  });
  return names;
}

function refersTo(expression: Expression, scope: 'evaluation', names: readonly string[]): boolean {
  let found = false;
  visit(expression, (node) => {
    if (node.kind === 'reference' && node.scope === scope && names.includes(node.name)) found = true;
  });
  return found;
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
