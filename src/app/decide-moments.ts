import { momentConditions } from '../compile/plan.ts';
import { nextChange, type Watched, watchedBy } from '../evaluate/next-change.ts';
import type { ReceivedEvent } from '../evaluate/in-process/raw-event.ts';
import type { Evaluated } from '../evaluate/warm/accounts.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { decide as decideMoments } from '../moments/decide.ts';
import type { Observed, OccurrenceChange, SeenEvent } from '../moments/journey.ts';
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
    const observed = observe(workspace, live, evaluated, decided, since);
    const previous = before.get(account)?.journey ?? null;
    const decision = decideMoments(model, live.version, previous, observed);
    const byTime = nextChange(account, watchedOf(model), observed.scope, evaluated.events);
    journeys.push({
      account,
      journey: decision.journey,
      nextAt: earlier(decision.nextAt, byTime, dwellOf(decided, live)),
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

function observe(
  workspace: string,
  { compiled }: LiveModel,
  { scope, events }: Evaluated,
  { evaluation, band, previous }: Decided,
  since: number,
): Observed {
  const { model } = compiled;
  const now = Date.parse(evaluation.asOf);
  const traits = scope.account ?? {};
  const zone = traits['timezone'];
  const happened = events.filter(({ time }) => time <= now).flatMap((event) => seenEvent(model, event));
  return {
    workspace,
    account: evaluation.account,
    now,
    knownSince: previous?.first_seen_at.getTime() ?? now,
    watchedSince: since,
    timezone: typeof zone === 'string' ? zone : model.timezone,
    segment: evaluation.segment,
    touch: model.segments.find(({ id }) => id === evaluation.segment)?.touch ?? 'high',
    scope: { ...scope, evaluation: { ...scope.evaluation, band: band.band } },
    traits,
    events: happened,
  };
}

/** An event with its properties in the types of the catalog; what has another type is not known. */
function seenEvent({ catalog }: ResolvedModel, event: ReceivedEvent): SeenEvent[] {
  const { id, name, kind, time, receivedAt, texts, numbers, times } = event;
  if (kind !== 'track' && kind !== 'page' && kind !== 'screen') return [];
  const properties: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(catalog[name] ?? {})) {
    const from: Readonly<Record<string, unknown>> = type === 'number' ? numbers : type === 'time' ? times : texts;
    if (!Object.hasOwn(from, key)) continue;
    const value = from[key];
    if (type === 'bool') properties[key] = value === 'true';
    else properties[key] = type === 'list' ? (JSON.parse(String(value)) as unknown) : value;
  }
  return [{ id, name, kind, time, receivedAt, properties }];
}

function watchedOf(model: ResolvedModel): Watched {
  const known = watched.get(model) ?? watchedBy(model, momentConditions(model));
  watched.set(model, known);
  return known;
}

/** A band that waits for its dwell can change the answer of a condition when that is over. */
function dwellOf({ band }: Decided, { compiled }: LiveModel): number | null {
  return band.pending === null ? null : band.pending.since + compiled.model.score.bands.dwell;
}

function earlier(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}
