import type { Band } from '../compile/queries/evaluation.ts';
import type { Score } from '../model/resolved.ts';
import type { Evaluation } from './evaluation.ts';

export type { Band } from '../compile/queries/evaluation.ts';

/** A band and, while the score asks for another one, which and since when. */
export interface BandState {
  readonly band: Band;
  readonly since: number;
  readonly pending: { readonly band: Band; readonly since: number } | null;
}

/** What an evaluation says about the band. */
export interface BandObservation {
  readonly score: number;
  readonly coverage: number;
  /** A hard trigger acts at once. */
  readonly hardTrigger: boolean;
}

/**
 * Decides the band of an account. The first observation sets it at once; so do too little coverage and a hard trigger.
 * Else the score must ask for the same other band for `dwell`: an observation that agrees with the present band ends the wait.
 */
export function decideBand(
  previous: BandState | null,
  observed: BandObservation,
  now: number,
  score: Score,
): BandState {
  const asked = askedBand(observed, score, previous?.band);
  if (previous === null) return { band: asked, since: now, pending: null };
  if (asked === previous.band) return previous.pending === null ? previous : { ...previous, pending: null };
  const atOnce = asked === 'unknown' || previous.band === 'unknown' || observed.hardTrigger;
  const since = previous.pending?.band === asked ? previous.pending.since : now;
  if (atOnce || now - since >= score.bands.dwell) return { band: asked, since: now, pending: null };
  return { ...previous, pending: { band: asked, since } };
}

/** When a band that waits for its dwell changes, if nothing else does: a condition on it must be looked at then. */
export function dwellEnds({ pending }: BandState, { bands }: Score): number | null {
  return pending === null ? null : pending.since + bands.dwell;
}

/** The band a score asks for, given the present one: leaving a band takes more than not entering it. */
export function askedBand(
  { score, coverage }: { score: number; coverage: number },
  { bands, coverage: needed }: Score,
  present: Band = 'unknown',
): Band {
  if (coverage < needed.unknown) return 'unknown';
  if (score >= bands.engaged.enter || (present === 'engaged' && score >= bands.engaged.leave)) return 'engaged';
  if (score < bands.disengaged.enter || (present === 'disengaged' && score < bands.disengaged.leave))
    return 'disengaged';
  return 'neutral';
}

/** The evaluation with the band that was decided, and the audiences that depend on it. */
export function inBand(evaluation: Evaluation, band: Band | undefined): Evaluation {
  if (band === undefined || band === evaluation.band) return evaluation;
  return { ...evaluation, band, audiences: evaluation.audiencesByBand?.[band] ?? evaluation.audiences };
}
