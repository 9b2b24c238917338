import type { ContactPolicy, Moment } from '../model/resolved-moments.ts';
import type { Occurrence, Reason } from './journey.ts';
import type { Look } from './look.ts';

/** What becomes of an occurrence whose time has come. */
export type Gate =
  | { readonly kind: 'open' }
  | { readonly kind: 'held'; readonly until: number }
  | { readonly kind: 'skipped'; readonly reason: Reason };

/**
 * Whether an occurrence may open now, given all others of the account: not near one that its moment keeps away from, and
 * not when the contact policy is used up; then it waits for the first instant at which it may, if that is not too late.
 */
export function gateOf(one: Occurrence, moment: Moment, others: readonly Occurrence[], look: Look): Gate {
  const near = nearTo(one, moment, others, look.at);
  if (near !== null) return { kind: 'skipped', reason: { kind: 'notWithin', moment: near } };
  const { policy } = look.model;
  if (policy === null || !isCounted(one, policy)) return { kind: 'open' };
  const until = allowedFrom(policy, others, look.at);
  if (until <= look.at) return { kind: 'open' };
  const late = until === Infinity || (one.dueAt !== null && until > one.dueAt);
  return late ? { kind: 'skipped', reason: { kind: 'policy' } } : { kind: 'held', until };
}

/** The moment of an occurrence that is too near. The date of a schedule is what counts, else the opening. */
function nearTo(one: Occurrence, { notWithin }: Moment, others: readonly Occurrence[], at: number): string | null {
  if (notWithin === null) return null;
  const instant = one.cause.kind === 'date' ? one.cause.at : at;
  const near = others.find(
    (other) =>
      other.id !== one.id &&
      notWithin.of.includes(other.moment) &&
      !(other.moment === one.moment && other.state === 'planned') &&
      instantsOf(other).some((time) => Math.abs(time - instant) <= notWithin.span),
  );
  return near?.moment ?? null;
}

function instantsOf({ state, cause, opensAt, endedAt }: Occurrence): readonly number[] {
  if (state === 'skipped' || state === 'cancelled') return [];
  const date = cause.kind === 'date' ? [cause.at] : [];
  if (state === 'planned' && cause.kind === 'date') return date;
  return [...date, opensAt, ...(state === 'done' && endedAt !== null ? [endedAt] : [])];
}

/** The policy is about what the model starts by itself: what customers cause, and what a phase expects, always opens. */
function isCounted({ cause, moment }: Occurrence, { exempt }: ContactPolicy): boolean {
  return ['date', 'absence', 'condition'].includes(cause.kind) && !exempt.includes(moment);
}

/** The first instant from `at` on with fewer than `atMost` openings in the time `per` before it. */
function allowedFrom(policy: ContactPolicy, others: readonly Occurrence[], at: number): number {
  const openings = others
    .filter((one) => one.openedAt !== null && isCounted(one, policy))
    .map(({ opensAt }) => opensAt)
    .filter((opensAt) => opensAt > at - policy.per)
    .toSorted((one, other) => other - one);
  if (openings.length < policy.atMost) return at;
  const oldest = openings[policy.atMost - 1];
  return oldest === undefined ? Infinity : oldest + policy.per;
}
