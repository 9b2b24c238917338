import type { Journey, MomentModel, Observed } from './journey.ts';
import { applies, type Look, type Verdict } from './look.ts';

/**
 * Notes since when the account gets each moment of the model. Segment, touch and model are known of the present: up to
 * now the account had the moments that it had at the last look, and one that it gets now begins now.
 */
export function watchMoments({ present, model, observed, at }: Look, journey: Journey): Verdict {
  const watched = present ? watchedFrom(model, observed, at, journey.watched) : journey.watched;
  const same = Object.keys(watched).length === Object.keys(journey.watched).length;
  const unchanged = same && Object.keys(watched).every((id) => Object.hasOwn(journey.watched, id));
  return { journey: unchanged ? journey : { ...journey, watched }, changes: [], next: Infinity };
}

/** The moments that an account gets, since when; those it did not have before since an instant. */
export function watchedFrom(
  { moments }: MomentModel,
  observed: Observed,
  since: number,
  before: Journey['watched'] = {},
): Journey['watched'] {
  const got = moments.filter((moment) => applies(moment, observed));
  return Object.fromEntries(got.map(({ id }) => [id, Object.hasOwn(before, id) ? (before[id] ?? since) : since]));
}
