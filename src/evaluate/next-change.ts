import { createHash } from 'node:crypto';
import { visit } from '../compile/plan.ts';
import { evaluateExpression, type EvaluationScope } from '../model/expression/evaluate.ts';
import type { Expression } from '../model/expression/expression.ts';
import type { Measure, ResolvedModel } from '../model/resolved.ts';
import type { RawEvent } from './in-process/raw-event.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What the conditions of a model look at. */
export interface Watched {
  readonly conditions: readonly Expression[];
  /** Measures with a window: their value changes when an event leaves it. */
  readonly windowed: readonly Measure[];
}

/** The measures behind conditions, through indicators too; score, coverage and band stand on all of them. */
export function watchedBy(model: ResolvedModel, conditions: readonly Expression[]): Watched {
  const measures = new Set<string>();
  const seen = new Set<string>();
  const look = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind !== 'reference') return;
      if (node.scope === 'measures') measures.add(node.name);
      if (node.scope === 'indicators') open(node.name);
      if (node.scope === 'evaluation' && ['score', 'coverage', 'band'].includes(node.name))
        for (const { id } of model.indicators) open(id);
    });
  const open = (id: string): void => {
    const indicator = model.indicators.find((one) => one.id === id);
    if (indicator === undefined || seen.has(id)) return;
    seen.add(id);
    look(indicator.value);
    if (indicator.fadesWith !== null) measures.add(indicator.fadesWith);
  };
  for (const condition of conditions) look(condition);
  return { conditions, windowed: model.measures.filter(({ id, window }) => window !== null && measures.has(id)) };
}

/**
 * The next instant after T at which a condition on an account can change without an event; null without conditions.
 * An event leaves a window exactly then, a number of days since something is reached exactly then. Everything else that
 * moves by time alone (fading points, series that end at midnight, the next day's windows) is looked at within an hour
 * after midnight, each account at its own second. `events` are at least those of today and of the days that windows cut:
 * what leaves a window after them is found by a look at their end.
 */
export function nextChange(
  account: string,
  { conditions, windowed }: Watched,
  scope: EvaluationScope,
  events: readonly RawEvent[],
): number | null {
  if (conditions.length === 0) return null;
  const { now } = scope;
  let next = afterMidnight(account, now);
  for (const { window, events: names } of windowed) {
    if (window === null) continue;
    const known = knownUntil(now, window);
    if (known < nextMidnight(now)) next = Math.min(next, known + 1);
    for (const event of events) {
      const leaves = event.time + window;
      if (leaves > now && leaves < next && leaves <= known && (names === null || names.includes(event.name)))
        next = leaves;
    }
  }
  for (const condition of conditions)
    visit(condition, (node) => {
      const reached = whenReached(node, scope);
      if (reached !== null && reached > now && reached < next) next = reached;
    });
  return next;
}

/** Up to when the events of today and of the day that the window cuts tell what leaves it; at most until midnight. */
function knownUntil(now: number, window: number): number {
  const midnight = nextMidnight(now);
  const endOfCut = Math.ceil((now - window) / dayMs) * dayMs;
  return endOfCut >= midnight - dayMs ? midnight : Math.min(endOfCut + window, midnight);
}

function nextMidnight(now: number): number {
  return (Math.floor(now / dayMs) + 1) * dayMs;
}

function afterMidnight(account: string, now: number): number {
  return nextMidnight(now) + (createHash('sha256').update(account).digest().readUInt32BE(0) % hourMs);
}

/** When `daysSince(x)` passes the number of days it is compared with: the first millisecond after it. */
function whenReached(node: Expression, scope: EvaluationScope): number | null {
  if (node.kind !== 'call' || !['less', 'lessOrEqual', 'greater', 'greaterOrEqual'].includes(node.operator))
    return null;
  const since = node.args.find((one) => one.kind === 'call' && one.operator === 'daysSince');
  const days = node.args.find((one) => one.kind === 'literal');
  if (since?.kind !== 'call' || days?.kind !== 'literal' || typeof days.value !== 'number') return null;
  const [from] = since.args;
  const begun = from === undefined ? null : evaluateExpression(from, scope);
  if (typeof begun !== 'number') return null;
  const at = begun + days.value * dayMs;
  return at > scope.now ? at : at + 1;
}
