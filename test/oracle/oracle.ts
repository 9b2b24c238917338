import { type EvaluationScope, evaluateExpression } from '../../src/model/expression/evaluate.ts';
import type { Expression, Value } from '../../src/model/expression/expression.ts';
import { ownRatio } from '../../src/model/expression/trend.ts';
import type { Indicator, Measure, ResolvedModel } from '../../src/model/resolved.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import { dayMs, type TraitRow } from './build.ts';
import { latestTime, measureValue } from './oracle-measures.ts';

export interface World {
  readonly model: ResolvedModel;
  readonly events: readonly EventRow[];
  readonly traits: readonly TraitRow[];
}

export interface Verdict {
  readonly account: string;
  readonly segment: string;
  readonly measures: Record<string, Value>;
  readonly indicators: Record<
    string,
    { value: number | null; points: number | null; state: string; contribution: number }
  >;
  readonly domains: Record<string, number>;
  readonly score: number;
  readonly coverage: number;
  readonly audiences: readonly string[];
}

interface Cohort {
  readonly sorted: readonly number[];
}
/** By `segment/indicator`; a trend is under `*`. */
type Cohorts = ReadonlyMap<string, Cohort>;

/** Everybody known at T, evaluated with loops over arrays. */
export function oracle(world: World, now: number): Verdict[] {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const cohorts = world.model.indicators.some(({ cohort }) => cohort !== null) ? gather(world, midnight) : new Map();
  return known(world, now).map((account) => judge(world, account, now, cohorts));
}

function known({ events, traits }: World, now: number): string[] {
  const names = [
    ...events.filter(({ time }) => time <= now).map(({ account }) => account),
    ...traits.filter(({ time }) => time <= now).map(({ id }) => id),
  ];
  return [...new Set(names)].filter((name) => name !== '').toSorted();
}

function traitAt(world: World, account: string, name: string, type: string, now: number): Value {
  const rows = world.traits.filter((row) => row.id === account && row.trait === name && row.time <= now);
  const newest = rows.toSorted((a, b) => a.time - b.time || (a.message < b.message ? -1 : 1)).at(-1);
  if (newest === undefined || newest.removed === 1) return null;
  if (type === 'number') return newest.number;
  if (type === 'time') return newest.moment;
  if (type === 'bool') return newest.text === 'true' ? true : newest.text === 'false' ? false : null;
  if (type === 'list') return newest.text.startsWith('[') ? (JSON.parse(newest.text) as string[]).map(String) : null;
  return newest.text;
}

/** What an expression sees: measures as of `now`, traits as of `traitsAt`. */
function scopeAt(world: World, account: string, now: number, traitsAt: number): EvaluationScope {
  const mine = world.events.filter((event) => event.account === account);
  const types = world.model.traits.account;
  const trait = (name: string, time: number): Value => traitAt(world, account, name, types[name] ?? 'string', time);
  return {
    now,
    account: Object.fromEntries(Object.keys(types).map((name) => [name, trait(name, traitsAt)])),
    accountAt: (name, time) => trait(name, time + traitsAt - now),
    measures: Object.fromEntries(world.model.measures.map((one) => [one.id, measureValue(one, mine, now).value])),
    releases: world.model.releases,
  };
}

function segmentOf(world: World, scope: EvaluationScope): string {
  return world.model.segments.find(({ when }) => when === null || evaluateExpression(when, scope) === true)?.id ?? '';
}

function measuresIn(expression: Expression): string[] {
  if (expression.kind === 'reference') return expression.scope === 'measures' ? [expression.name] : [];
  return expression.kind === 'call' ? expression.args.flatMap(measuresIn) : [];
}

function measuresOf(world: World, indicator: Indicator): Measure[] {
  const used = [...measuresIn(indicator.value), ...(indicator.fadesWith === null ? [] : [indicator.fadesWith])];
  return world.model.measures.filter(({ id }) => used.includes(id));
}

/** The oldest newest-event of the indicator's sources that are overdue, or null. */
function heartbeatOf(world: World, indicator: Indicator, now: number): number | null {
  const overdue = world.model.sources.flatMap((source) => {
    if (!indicator.sources.includes(source.id)) return [];
    const times = real(world, now)
      .filter(({ name }) => source.events.includes(name))
      .map(({ time }) => time);
    const last = Math.max(...times);
    return times.length > 0 && now - last > source.freshness ? [last] : [];
  });
  return overdue.length === 0 ? null : Math.min(...overdue);
}

function real({ events }: World, now: number): EventRow[] {
  return events.filter(({ kind, time }) => ['track', 'page', 'screen'].includes(kind) && time <= now);
}

function everSeen(world: World, measures: readonly Measure[], now: number): boolean {
  return measures.some(({ aggregate, events }) => {
    const wanted = aggregate.kind === 'open' ? [aggregate.from, aggregate.to] : events;
    return real(world, now).some(({ name }) => wanted === null || wanted.includes(name));
  });
}

function gather(world: World, midnight: number): Cohorts {
  const samples = new Map<string, number[]>();
  for (const account of known(world, midnight)) {
    const segment = segmentOf(world, scopeAt(world, account, midnight, midnight));
    for (const indicator of world.model.indicators) {
      if (indicator.cohort === null || (indicator.segments !== null && !indicator.segments.includes(segment))) continue;
      const seen = {
        ...scopeAt(world, account, heartbeatOf(world, indicator, midnight) ?? midnight, midnight),
        evaluation: { segment },
      };
      const sample = sampleOf(indicator, seen);
      if (sample === null) continue;
      const key = `${indicator.cohort === 'trend' ? '*' : segment}/${indicator.id}`;
      samples.set(key, [...(samples.get(key) ?? []), sample]);
    }
  }
  return new Map([...samples].map(([key, values]) => [key, { sorted: values.toSorted((a, b) => a - b) }]));
}

function sampleOf(indicator: Indicator, scope: EvaluationScope): number | null {
  const { value } = indicator;
  if (indicator.cohort === 'percentile') return asNumber(evaluateExpression(value, scope));
  if (value.kind !== 'call') return null;
  const [first, second] = value.args.map((arg) => evaluateExpression(arg, scope));
  if (indicator.cohort === 'trend') return Array.isArray(first) ? ownRatio(first as number[]) : null;
  return typeof first === 'number' && typeof second === 'number' && second > 0 ? first / second : null;
}

function quantile(sorted: readonly number[], q: number): number | null {
  if (sorted.length === 0) return null;
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? 0;
  return low + (at - Math.floor(at)) * (high - low);
}

const asNumber = (value: Value): number | null => (typeof value === 'number' ? value : null);

function judge(world: World, account: string, now: number, cohorts: Cohorts): Verdict {
  const { model } = world;
  const scope = scopeAt(world, account, now, now);
  const segment = segmentOf(world, scope);
  const judged = model.indicators.map((indicator) => ({
    indicator,
    ...judgeIndicator(world, indicator, account, now, segment, cohorts),
  }));
  const applying = judged.filter(({ state }) => state !== 'na');
  const domains: Record<string, number> = {};
  let [total, sum, covered] = [0, 0, 0];
  for (const { id, weight } of model.score.domains) {
    const mine = applying.filter(({ indicator }) => indicator.domain === id);
    if (mine.length === 0) continue;
    const all = mine.reduce((a, one) => a + one.indicator.weight, 0);
    const points = mine.reduce((a, one) => a + one.indicator.weight * (one.points ?? 0), 0) / all;
    const fresh = mine
      .filter(({ state }) => state === 'ok' || state === 'zero')
      .reduce((a, one) => a + one.indicator.weight, 0);
    domains[id] = points;
    total += weight;
    sum += weight * points;
    covered += (weight * fresh) / all;
  }
  const raw = total === 0 ? 50 : sum / total;
  const seen: EvaluationScope = {
    ...scope,
    indicators: Object.fromEntries(judged.map((one) => [one.indicator.id, one.points])),
    evaluation: { segment, coverage: total === 0 ? 0 : covered / total },
  };
  const { limit, hardTriggers } = model.score;
  const caps = [
    ...model.score.domains
      .filter(({ id, weight }) => weight >= limit.weight && (domains[id] ?? 100) < limit.below)
      .map(() => limit.cap),
    ...hardTriggers.filter(({ when }) => evaluateExpression(when, seen) === true).map(({ cap }) => cap),
  ];
  const score = Math.min(raw, ...caps);
  const coverage = total === 0 ? 0 : covered / total;
  const { bands } = model.score;
  const asked = score >= bands.engaged.enter ? 'engaged' : score < bands.disengaged.enter ? 'disengaged' : 'neutral';
  const band = coverage < model.score.coverage.unknown ? 'unknown' : asked;
  const final: EvaluationScope = { ...seen, evaluation: { ...seen.evaluation, score, band } };
  return {
    account,
    segment,
    measures: { ...scope.measures },
    indicators: Object.fromEntries(
      judged.map(({ indicator, value, points, state }) => {
        const domain = model.score.domains.find(({ id }) => id === indicator.domain);
        const within = applying
          .filter((one) => one.indicator.domain === indicator.domain)
          .reduce((a, one) => a + one.indicator.weight, 0);
        const share = state === 'na' ? 0 : (((domain?.weight ?? 0) / total) * indicator.weight) / within;
        return [indicator.id, { value, points, state, contribution: share * (points ?? 0) }];
      }),
    ),
    domains,
    score,
    coverage,
    audiences: model.audiences.filter(({ when }) => evaluateExpression(when, final) === true).map(({ id }) => id),
  };
}

function judgeIndicator(
  world: World,
  indicator: Indicator,
  account: string,
  now: number,
  segment: string,
  cohorts: Cohorts,
): { value: number | null; points: number | null; state: string } {
  const mine = world.events.filter((event) => event.account === account);
  const heartbeat = heartbeatOf(world, indicator, now);
  const at = heartbeat ?? now;
  const cohort = cohorts.get(`${indicator.cohort === 'trend' ? '*' : segment}/${indicator.id}`)?.sorted ?? [];
  const fifty =
    indicator.points.kind === 'polyline' ? indicator.points.points.find(([, y]) => y === 50)?.[0] : undefined;
  const scope: EvaluationScope = {
    ...scopeAt(world, account, at, now),
    evaluation: { segment },
    ratePrior: indicator.cohort === 'rate' ? (quantile(cohort, 0.5) ?? fifty ?? null) : null,
    trendMedian: indicator.cohort === 'trend' && cohort.length >= 30 ? quantile(cohort, 0.5) : null,
  };
  const value = asNumber(evaluateExpression(indicator.value, scope));
  if (indicator.segments !== null && !indicator.segments.includes(segment)) return { value, points: null, state: 'na' };
  const today = { ...scopeAt(world, account, now, now), evaluation: { segment } };
  if (value === null && saysNothing(indicator.value, today)) return { value, points: null, state: 'na' };
  const measures = measuresOf(world, indicator);
  if (value === null || (measures.length > 0 && !everSeen(world, measures, now)))
    return { value, points: 50, state: 'never' };
  if (indicator.points.kind === 'percentile' && cohort.length < 30) return { value, points: 50, state: 'never' };
  let points = pointsOf(indicator, value, cohort);
  const fading = measures.find(({ id }) => id === indicator.fadesWith);
  if (indicator.halfLife !== null && fading !== undefined) {
    const age = at - (latestTime(fading, mine, at) ?? at);
    points = 50 + (points - 50) * 0.5 ** (age / indicator.halfLife);
  }
  if (heartbeat !== null) {
    const faded = 50 + (points - 50) * 0.5 ** ((now - heartbeat) / (indicator.halfLife ?? 90 * dayMs));
    return { value, points: Math.min(points, faded), state: 'stale' };
  }
  const filled = measures.length === 0 || measures.some((one) => measureValue(one, mine, now).filled);
  return { value, points, state: filled ? 'ok' : 'zero' };
}

/** A deadline that has begun and has not come, or a choice of the model to say nothing. */
function saysNothing(value: Expression, scope: EvaluationScope): boolean {
  if (value.kind !== 'call') return false;
  const [first, second, third] = value.args;
  if (value.operator === 'onTime') return second !== undefined && evaluateExpression(second, scope) !== null;
  if (value.operator !== 'conditional' || first === undefined) return false;
  const chosen = evaluateExpression(first, scope) === true ? second : third;
  if (chosen?.kind === 'literal') return chosen.value === null;
  return chosen !== undefined && saysNothing(chosen, scope);
}

function pointsOf({ points }: Indicator, value: number, cohort: readonly number[]): number {
  if (points.kind === 'direct') return Math.min(100, Math.max(0, value));
  if (points.kind === 'polyline') return along(points.points, value);
  const [low, middle, high] = points.quantiles.map((q) => quantile(cohort, q) ?? 0) as [number, number, number];
  const sign = points.quantiles[0] <= points.quantiles[2] ? 1 : -1;
  if (value === middle) return 50;
  const far = sign * value < sign * middle ? low : high;
  const edge = far === low && sign * value < sign * middle ? 0 : 100;
  if (far === middle || sign * (edge === 0 ? far - value : value - far) >= 0) return edge;
  return 50 + ((edge - 50) * (value - middle)) / (far - middle);
}

function along(points: readonly (readonly [number, number])[], value: number): number {
  const after = points.findIndex(([x]) => value <= x);
  if (after === -1) return points.at(-1)?.[1] ?? 50;
  if (after === 0) return points[0]?.[1] ?? 50;
  const [x0, y0] = points[after - 1] ?? [0, 0];
  const [x1, y1] = points[after] ?? [0, 0];
  return y0 + ((y1 - y0) * (value - x0)) / (x1 - x0);
}
