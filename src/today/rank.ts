/** Something an owner could do, as ranking sees it. Instants are UTC milliseconds. */
export interface Candidate {
  readonly id: string;
  readonly account: string;
  readonly opensAt: number;
  /** Null: no deadline. */
  readonly dueAt: number | null;
  /** Expected effort. */
  readonly minutes: number;
  /** We begin it ourselves: a date, an absence or a condition; else the customer or the lifecycle asks for it. */
  readonly proactive: boolean;
  /** Of the account, a year; null: not known. */
  readonly value: number | null;
  /** 0–100; null: not known. */
  readonly score: number | null;
}

/** What ranking knows besides. */
export interface Circumstances {
  readonly now: number;
  /** What is left of the owner's minutes this week. */
  readonly minutesLeft: number;
  /** Share of the risk that an action takes away. */
  readonly effect: number;
  /** Accounts that we contacted of ourselves within the last week. */
  readonly contacted: ReadonlySet<string>;
}

/** Why something stands where it stands. */
export interface Factors {
  readonly value: number;
  readonly valueAssumed: boolean;
  /** Probability of being lost, 0–1; from the score alone, until a model is calibrated. */
  readonly risk: number;
  readonly valueAtRisk: number;
  /** 1 when it is due, half as much for each week until then. */
  readonly urgency: number;
  readonly effect: number;
  /** Value at risk × urgency × effect, and by minute: what the order goes by. */
  readonly gain: number;
  readonly gainPerMinute: number;
}

/** `overdue` comes first, unranked; `week` fits into the minutes that are left; `later` does not, or waits for another one. */
export type Part = 'overdue' | 'week' | 'later';

/** A candidate in its place. */
export interface Ranked<Item extends Candidate = Candidate> {
  readonly candidate: Item;
  readonly part: Part;
  readonly factors: Factors;
  /** It waits since the account is contacted once a week of ourselves: for this one, or (null id) since we just did. */
  readonly waitsFor: { readonly id: string | null } | null;
  /** Minutes that are left before it. */
  readonly minutesLeft: number;
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** What has no deadline is as urgent as what is due this long after it opened. */
const assumedDueMs = 14 * dayMs;
/** Nothing takes no time at all. */
const leastMinutes = 5;

/**
 * The order of an owner's work: what is overdue, oldest deadline first; then what gains most for a minute, as far as the minutes
 * go; then the rest. A total order: nothing depends on the order of the candidates.
 */
export function rank<Item extends Candidate>(candidates: readonly Item[], given: Circumstances): Ranked<Item>[] {
  const usual = medianValue(candidates);
  const all = candidates.map((candidate) => ({ candidate, factors: factorsOf(candidate, usual, given) }));
  const overdue = all.filter(({ candidate }) => isOverdue(candidate, given.now)).toSorted(byDeadline);
  const ahead = all.filter(({ candidate }) => !isOverdue(candidate, given.now)).toSorted(byGain);
  let minutesLeft = given.minutesLeft;
  const ranked: Ranked<Item>[] = [];
  for (const one of overdue) {
    ranked.push({ ...one, part: 'overdue', waitsFor: null, minutesLeft });
    minutesLeft -= effortOf(one.candidate);
  }
  const later: Ranked<Item>[] = [];
  const contacts = new Map<string, string>();
  for (const one of ahead) {
    const { id, account, proactive } = one.candidate;
    const other = contacts.get(account) ?? null;
    const waits = proactive && (other !== null || given.contacted.has(account));
    const waitsFor = waits ? { id: other } : null;
    if (waits || effortOf(one.candidate) > minutesLeft) {
      later.push({ ...one, part: 'later', waitsFor, minutesLeft });
      continue;
    }
    if (proactive) contacts.set(account, id);
    ranked.push({ ...one, part: 'week', waitsFor, minutesLeft });
    minutesLeft -= effortOf(one.candidate);
  }
  return [...ranked, ...later];
}

/** Whether a deadline has passed. */
function isOverdue({ dueAt }: Candidate, now: number): boolean {
  return dueAt !== null && dueAt <= now;
}

function effortOf({ minutes }: Candidate): number {
  return Math.max(leastMinutes, minutes);
}

function factorsOf(candidate: Candidate, usual: number, { now, effect }: Circumstances): Factors {
  const { dueAt, opensAt, score } = candidate;
  const value = Math.max(0, candidate.value ?? usual);
  const risk = score === null ? 0.5 : (100 - score) / 100;
  const left = Math.max(0, (dueAt ?? opensAt + assumedDueMs) - now);
  const urgency = 2 ** (-left / weekMs);
  const gain = value * risk * urgency * effect;
  return {
    value,
    valueAssumed: candidate.value === null,
    risk,
    valueAtRisk: value * risk,
    urgency,
    effect,
    gain,
    gainPerMinute: gain / effortOf(candidate),
  };
}

/** The value of an account that nobody has told: that of the middle one, so that it is neither lost nor first. */
function medianValue(candidates: readonly Candidate[]): number {
  const told = candidates.flatMap(({ account, value }) => (value === null ? [] : [{ account, value }]));
  const rising = told.toSorted((one, other) => one.value - other.value);
  const values = [...new Map(rising.map(({ account, value }) => [account, value])).values()];
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 1;
}

type Weighed = Pick<Ranked, 'candidate' | 'factors'>;

function byDeadline(one: Weighed, other: Weighed): number {
  return (one.candidate.dueAt ?? 0) - (other.candidate.dueAt ?? 0) || byId(one, other);
}

function byGain(one: Weighed, other: Weighed): number {
  return other.factors.gainPerMinute - one.factors.gainPerMinute || byId(one, other);
}

function byId(one: Weighed, other: Weighed): number {
  return one.candidate.id < other.candidate.id ? -1 : one.candidate.id > other.candidate.id ? 1 : 0;
}
