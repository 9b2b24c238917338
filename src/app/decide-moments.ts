import { momentConditions } from '../compile/plan.ts';
import { dwellEnds } from '../evaluate/band.ts';
import { nextChange, type Watched, watchedBy } from '../evaluate/next-change.ts';
import type { Evaluated } from '../evaluate/warm/accounts.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { decide as decideMoments } from '../moments/decide.ts';
import type { Observed, OccurrenceChange } from '../moments/journey.ts';
import { observe } from '../moments/observe.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { type DecidedJourney, readJourneys, writeChanges, writeDecided, writeOccurrences } from './journeys.ts';
import type { LiveModel } from './models.ts';
import { ownOccurrences } from './own-occurrences.ts';
import type { Decided } from './store-evaluations.ts';
import { watchedSince } from './watched-since.ts';

/** An occurrence that changed, as subscribers are told. */
export interface MomentChange {
  readonly account: string;
  readonly change: OccurrenceChange;
  readonly owner: string | null;
}

const watched = new WeakMap<ResolvedModel, Watched>();

/**
 * Decides the moments of accounts that were just evaluated, and writes journeys, occurrences, their history and when to
 * look again, within the transaction that writes the evaluations. Returns what changed.
 */
export async function settleMoments(
  db: State,
  core: Core,
  workspace: string,
  live: LiveModel,
  settled: readonly { readonly evaluated: Evaluated; readonly decided: Decided }[],
): Promise<readonly MomentChange[]> {
  const { model } = live.compiled;
  if (model.moments.length === 0 || settled.length === 0) return [];
  const since = await watchedSince(core, workspace);
  const accounts = settled.map(({ decided }) => decided.evaluation.account);
  const before = await readJourneys(db, accounts);
  const journeys: DecidedJourney[] = [];
  const changes: { account: string; region: string; change: OccurrenceChange }[] = [];
  for (const { evaluated, decided } of settled) {
    const { account } = decided.evaluation;
    const observed = observedBy(workspace, live, evaluated, decided, since);
    const previous = before.get(account)?.journey ?? null;
    const decision = decideMoments(model, live.version, previous, observed);
    const byTime = nextChange(account, watchedOf(model), observed.scope, evaluated.events);
    journeys.push({
      account,
      journey: decision.journey,
      nextAt: earlier(decision.nextAt, byTime, dwellEnds(decided.band, model.score)),
    });
    const region = String(observed.traits['region'] ?? '');
    for (const change of decision.changes) changes.push({ account, region, change });
  }
  const now = Date.parse(settled[0]?.decided.evaluation.asOf ?? '');
  await writeDecided(db, workspace, live.version, journeys, before);
  return writeMoments(db, workspace, model, changes, now);
}

/** Writes what changed about occurrences, each with its owner. */
export async function writeMoments(
  db: State,
  workspace: string,
  model: ResolvedModel,
  changes: readonly { readonly account: string; readonly region: string; readonly change: OccurrenceChange }[],
  now: number,
): Promise<readonly MomentChange[]> {
  const moments = new Map(model.moments.map((moment) => [moment.id, moment]));
  const newest = new Map(changes.map((one) => [one.change.after.id, one]));
  const wanted = [...newest.values()].map(({ account, region, change: { after } }) => ({
    account,
    region,
    occurrence: after,
    moment: moments.get(after.moment) ?? null,
  }));
  const people = wanted.filter(
    ({ occurrence }) => occurrence.doneBy.kind === 'person' || occurrence.assignedTo !== null,
  );
  const owners = await ownOccurrences(db, workspace, people, now);
  await writeOccurrences(
    db,
    workspace,
    wanted.map((one) => ({ ...one, owner: owners.get(one.occurrence.id) ?? null })),
    now,
  );
  const owned = changes.map(({ change }) => ({ ...change, owner: owners.get(change.after.id)?.member ?? null }));
  await writeChanges(db, workspace, owned, now);
  return changes.map(({ account, change }) => ({
    account,
    change,
    owner: owners.get(change.after.id)?.member ?? null,
  }));
}

function observedBy(
  workspace: string,
  { compiled }: LiveModel,
  { scope, events }: Evaluated,
  { evaluation, band, previous }: Decided,
  since: number,
): Observed {
  const now = Date.parse(evaluation.asOf);
  return observe(compiled.model, {
    workspace,
    account: evaluation.account,
    now,
    knownSince: previous?.first_seen_at.getTime() ?? now,
    watchedSince: since,
    segment: evaluation.segment,
    scope,
    band: band.band,
    events,
  });
}

function watchedOf(model: ResolvedModel): Watched {
  const known = watched.get(model) ?? watchedBy(model, momentConditions(model));
  watched.set(model, known);
  return known;
}

function earlier(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}
