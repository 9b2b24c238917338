import { visit } from '../compile/plan.ts';
import { conditionOf } from '../evaluate/in-process/raw-event.ts';
import type { Expression } from '../model/expression/expression.ts';
import type { EventTest, Moment, PhaseEnd, PhaseStart } from '../model/resolved-moments.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Mismatch } from './compare.ts';
import { instantText, offsetText } from './instant.ts';
import type { Message } from './messages.ts';
import { takeIn } from './take-in.ts';
import { historyLines } from './why-history.ts';
import { scoreLines } from './why-score.ts';
import type { Seen } from './world.ts';

/** What can be said about how something came so. */
export interface Ground {
  readonly model: ResolvedModel;
  readonly seen: Seen;
  readonly start: number;
  /** Of the account, as they were sent. */
  readonly messages: readonly Message[];
}

/** Events that are shown of each kind: the newest ones tell. */
const mostEvents = 6;

/** Why it came so, line by line. */
export function why(about: Mismatch['about'], ground: Ground): readonly string[] {
  switch (about.kind) {
    case 'score':
    case 'coverage':
    case 'band':
      return scoreLines(about.kind, ground.model, ground.seen.evaluation);
    case 'segment':
      return ground.model.segments.flatMap(({ id, when, at }) => [
        `segment ${id} (${at.file}:${at.line})${when === null ? ' takes everybody who is left' : ''}`,
        ...indented(when === null ? [] : valueLines(when, ground)),
      ]);
    case 'phase':
      return ground.model.phases.flatMap(({ id, at, starts, ends }) => [
        `phase ${id} (${at.file}:${at.line}) starts ${startText(starts)}${ends === null ? '' : `, ends ${endText(ends)}`}`,
        ...indented([...testLines(starts, ground), ...(ends === null ? [] : testLines(ends, ground))]),
      ]);
    case 'occurrence': {
      const moment = ground.model.moments.find(({ id }) => id === about.moment);
      return moment === undefined ? [] : momentLines(moment, ground);
    }
  }
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function momentLines(moment: Moment, ground: Ground): readonly string[] {
  const { model, seen, start, messages } = ground;
  const own = seen.occurrences.filter((one) => one.moment === moment.id);
  const { at, trigger, done } = moment;
  const since = seen.conditions[moment.id]?.trueSince ?? null;
  const names = new Map(messages.map(({ id, event }) => [id, event]));
  return [
    `${moment.id} (${at.file}:${at.line}) ${triggerText(moment, start)}`,
    ...(own.length === 0 ? ['it never opened and was never planned', ...outOfReach(moment, model, seen)] : []),
    ...own.flatMap((one) => historyLines(one, start, names)),
    ...testLines(trigger, ground),
    ...(since === null ? [] : [`the condition holds since ${instantText(since, start)}`]),
    ...(done === null ? [] : ['it is done by:', ...indented(testLines(done, ground))]),
  ];
}

/** Why an account does not get a moment now. */
function outOfReach({ phase, segments, doneBy }: Moment, model: ResolvedModel, seen: Seen): readonly string[] {
  const { segment } = seen.evaluation;
  const touch = model.segments.find(({ id }) => id === segment)?.touch ?? 'high';
  return [
    ...(phase === null || phase === seen.phase
      ? []
      : [`it belongs to the phase ${phase}, and the account is in ${seen.phase ?? 'none'}`]),
    ...(segments === null || segments.includes(segment)
      ? []
      : [`it is for the segments ${segments.join(', ')}, and the account is in ${segment}`]),
    ...(doneBy[touch] === null ? [`accounts of ${touch} touch do not get it (segment ${segment})`] : []),
  ];
}

function triggerText({ trigger, phase }: Moment, start: number): string {
  const span = (duration: number): string => offsetText(start + duration, start);
  switch (trigger.kind) {
    case 'milestone':
      return `opens with the phase ${phase ?? ''}, due ${span(trigger.due)} after it`;
    case 'schedule':
      return `recurs: ${trigger.rrule}, prepared ${span(trigger.prepare)} before`;
    case 'event':
      return `opens with ${eventNames(trigger.test)}`;
    case 'absence':
      return `opens when ${span(trigger.for)} passed without ${eventNames(trigger.test)}`;
    case 'condition':
      return `opens when its condition has held for ${span(trigger.for)}`;
  }
}

function eventNames({ events, where }: EventTest): string {
  const names = events === null ? 'any event' : events.join(' or ');
  return where === null ? names : `${names} for which \`where\` holds`;
}

function startText(starts: PhaseStart): string {
  switch (starts.kind) {
    case 'event':
      return `with ${eventNames(starts.test)}`;
    case 'after':
      return `after ${starts.phase}`;
    case 'condition':
      return 'when its condition holds';
    case 'trait':
      return `at ${starts.trait}`;
    case 'known':
      return 'when the account is known';
  }
}

function endText(ends: PhaseEnd): string {
  switch (ends.kind) {
    case 'event':
      return `with ${eventNames(ends.test)}`;
    case 'condition':
      return 'when its condition holds';
    case 'completed':
      return `with ${ends.moment} done`;
    case 'elapsed':
      return 'after some time';
  }
}

/** The events that something waits for, or the values that its condition looks at. */
function testLines(
  waits: { readonly kind: string } & ({ readonly test?: EventTest } | { readonly when?: Expression }),
  ground: Ground,
): readonly string[] {
  if ('test' in waits && waits.test !== undefined) return eventLines(waits.test, ground);
  return 'when' in waits && waits.when !== undefined ? valueLines(waits.when, ground) : [];
}

function eventLines(test: EventTest, { model, messages, start }: Ground): readonly string[] {
  const holds = test.where === null ? () => true : conditionOf(test.where);
  const named = messages.filter(({ kind, event }) => kind === 'track' && (test.events?.includes(event) ?? true));
  const newest = named.slice(-mostEvents);
  const left = named.length - newest.length;
  if (named.length === 0) return [`no ${test.events?.join(' or ') ?? 'event'} was sent`];
  return [
    ...(left > 0 ? [`${left} earlier events, then`] : []),
    ...newest.map((message) => {
      const passes = holds(takeIn(model, message, message.time).event);
      const values = Object.keys(message.values).length === 0 ? '' : ` ${JSON.stringify(message.values)}`;
      return `${offsetText(message.time, start)}  ${message.event}${values}${passes ? '' : ' (`where` does not hold)'}`;
    }),
  ];
}

/** Every name of a condition with its value. */
function valueLines(when: Expression, { seen, messages }: Ground): readonly string[] {
  const lines = new Set<string>();
  visit(when, (node) => {
    if (node.kind === 'reference') lines.add(`${nameOf(node)} is ${JSON.stringify(valueOf(node, seen, messages))}`);
  });
  return [...lines];
}

type Reference = Extract<Expression, { kind: 'reference' }>;

function nameOf({ scope, name }: Reference): string {
  return scope === 'evaluation' ? name : `${scope}.${name}`;
}

function valueOf({ scope, name }: Reference, { evaluation, phase }: Seen, messages: readonly Message[]): unknown {
  switch (scope) {
    case 'measures':
      return evaluation.measures[name] ?? null;
    case 'indicators':
      return evaluation.indicators[name]?.points ?? null;
    case 'account':
      return (
        messages.findLast(({ kind, values }) => kind !== 'track' && Object.hasOwn(values, name))?.values[name] ?? null
      );
    case 'evaluation': {
      const { segment, score, coverage, band, asOf } = evaluation;
      const known: Readonly<Record<string, unknown>> = { segment, score, coverage, band, phase, now: asOf };
      return known[name] ?? null;
    }
    case 'properties':
      return null;
  }
}
