/** A person belongs to an account from an instant on. */
export interface MembershipFact {
  /** Epoch milliseconds. */
  readonly joinedAt: number;
  readonly accountId: string;
}

/** Facts in order of time, without those that change nothing. */
export type Timeline = readonly MembershipFact[];

/** The timeline that a set of facts comes to: one fact per instant (the smallest account id), no repetition. */
export function decideTimeline(facts: Iterable<MembershipFact>): Timeline {
  const sorted = [...facts].toSorted(
    (a, b) => a.joinedAt - b.joinedAt || (a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0),
  );
  const timeline: MembershipFact[] = [];
  let instant = Number.NaN;
  for (const fact of sorted) {
    if (fact.joinedAt === instant) continue;
    instant = fact.joinedAt;
    if (timeline.at(-1)?.accountId !== fact.accountId) timeline.push(fact);
  }
  return timeline;
}

/** Whether the timeline already says this: the person is in that account at that instant, since then or earlier. */
export function isKnown(timeline: Timeline, fact: MembershipFact): boolean {
  const current = timeline.findLast(({ joinedAt }) => joinedAt <= fact.joinedAt);
  return current?.accountId === fact.accountId;
}

/** The account at an instant: the one joined last, or before the first one, the first one; null without any. */
export function accountAt(timeline: Timeline, time: number): string | null {
  const current = timeline.findLast(({ joinedAt }) => joinedAt <= time) ?? timeline[0];
  return current?.accountId ?? null;
}

/** Whether two timelines say the same. */
export function sameTimeline(one: Timeline, other: Timeline): boolean {
  return (
    one.length === other.length &&
    one.every((fact, at) => fact.joinedAt === other[at]?.joinedAt && fact.accountId === other[at]?.accountId)
  );
}
