import { sql } from 'kysely';
import type { ScoreChange } from '../api/control.ts';
import { type BandState, decideBand } from '../evaluate/band.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { State } from '../store/state/store.ts';
import type { AccountTable } from '../store/state/tables.ts';
import type { LiveModel } from './models.ts';
import type { Selectable } from 'kysely';

/** What is known of an account before an evaluation is stored. */
export type Previous = Pick<
  Selectable<AccountTable>,
  | 'id'
  | 'score'
  | 'band'
  | 'band_since'
  | 'pending_band'
  | 'pending_since'
  | 'evaluated_at'
  | 'segment'
  | 'model_version'
  | 'first_seen_at'
>;

/** An evaluation with the band that the past allows. */
export interface Decided {
  readonly evaluation: Evaluation;
  readonly band: BandState;
  readonly audiences: readonly string[];
  readonly previous: Previous | null;
}

/** Decides band and audiences from what was known and what was evaluated. Pure. */
export function decide(previous: Previous | null, evaluation: Evaluation, model: LiveModel): Decided {
  const now = Date.parse(evaluation.asOf);
  const { score: rules } = model.compiled.model;
  const observed = {
    score: evaluation.score,
    coverage: evaluation.coverage,
    hardTrigger: evaluation.hardTriggers.length > 0,
  };
  const band = decideBand(bandOf(previous), observed, now, rules);
  return { evaluation, band, audiences: evaluation.audiencesByBand?.[band.band] ?? evaluation.audiences, previous };
}

function bandOf(previous: Previous | null): BandState | null {
  if (!previous?.band || !previous.band_since) return null;
  const pending =
    previous.pending_band && previous.pending_since
      ? { band: previous.pending_band, since: previous.pending_since.getTime() }
      : null;
  return { band: previous.band, since: previous.band_since.getTime(), pending };
}

/** Whether the score as people see it, the band, the segment or the model is another than before. */
export function isChange({ evaluation, band, previous }: Decided, version: number): boolean {
  if (previous?.score === null || previous === null) return true;
  return (
    Math.round(previous.score * 10) !== Math.round(evaluation.score * 10) ||
    previous.band !== band.band ||
    previous.segment !== evaluation.segment ||
    previous.model_version !== version
  );
}

/** The rows of these accounts, locked in order of id until the transaction ends. */
export async function readPrevious(db: State, accounts: readonly string[]): Promise<Map<string, Previous>> {
  const rows = await db
    .selectFrom('account')
    .select([
      'id',
      'score',
      'band',
      'band_since',
      'pending_band',
      'pending_since',
      'evaluated_at',
      'segment',
      'model_version',
      'first_seen_at',
    ])
    .where('id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes what is newest known of the accounts; one that knows something newer already stays as it is. */
export async function writeAccounts(
  db: State,
  workspace: string,
  version: number,
  decided: readonly Decided[],
): Promise<void> {
  if (decided.length === 0) return;
  const rows = decided.map(({ evaluation, band, audiences }) => ({
    id: evaluation.account,
    evaluated_at: evaluation.asOf,
    segment: evaluation.segment,
    audiences,
    score: evaluation.score,
    band: band.band,
    band_since: new Date(band.since).toISOString(),
    pending_band: band.pending?.band ?? null,
    pending_since: band.pending ? new Date(band.pending.since).toISOString() : null,
    coverage: evaluation.coverage,
    domains: evaluation.domains,
  }));
  await sql`
UPDATE account AS a SET model_version = ${version}, evaluated_at = e.evaluated_at, segment = e.segment,
  audiences = e.audiences, score = e.score, band = e.band, band_since = e.band_since, pending_band = e.pending_band,
  pending_since = e.pending_since, coverage = e.coverage, domains = e.domains
FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (id text, evaluated_at timestamptz, segment text, audiences text[],
  score double precision, band text, band_since timestamptz, pending_band text, pending_since timestamptz,
  coverage double precision, domains jsonb)
WHERE a.workspace_id = ${workspace} AND a.id = e.id AND (a.evaluated_at IS NULL OR a.evaluated_at <= e.evaluated_at)`.execute(
    db,
  );
}

/** A row of the score history. */
export function scoreRow(workspace: string, version: number, nightly: boolean, { evaluation, band }: Decided): object {
  const asOf = Date.parse(evaluation.asOf);
  return {
    workspace,
    account: evaluation.account,
    as_of: asOf,
    model_version: version,
    segment: evaluation.segment,
    score: evaluation.score,
    band: band.band,
    coverage: evaluation.coverage,
    nightly: nightly ? 1 : 0,
    domains: evaluation.domains,
    indicators: Object.entries(evaluation.indicators).map(([id, one]) => ({ ...one, id, points: one.points ?? 50 })),
    version: asOf,
  };
}

/** What subscribers are told. */
export function changeOf({ evaluation, band, previous }: Decided, receivedAt: number, now: number): ScoreChange {
  return {
    account: evaluation.account,
    asOf: evaluation.asOf,
    score: evaluation.score,
    band: band.band,
    segment: evaluation.segment,
    coverage: evaluation.coverage,
    previous: { score: previous?.score ?? null, band: previous?.band ?? null },
    latencyMs: Math.max(0, now - receivedAt),
  };
}
