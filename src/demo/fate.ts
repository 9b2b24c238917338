import type { Profile } from './cast.ts';
import type { Random } from './random.ts';

/** How a customer is doing, week by week: hidden from Rapport, it drives everything that Rapport sees. All 0–1. */
export interface Week {
  /** Monday-like start: dealAt + 7 · n days. */
  readonly start: number;
  /** Share of its people who have the habit. */
  readonly adoption: number;
  /** Whether it gets what it bought the product for. */
  readonly value: number;
  readonly relationship: number;
  readonly sponsor: boolean;
  readonly onboarding: boolean;
}

export type ChurnCause = 'never adopted' | 'sponsor left' | 'unresolved problem' | 'price' | 'poor value' | 'other';

/** A case that stays open long enough to shape the relationship. */
export interface SevereCase {
  readonly openedAt: number;
  readonly resolvedAt: number;
}

export type Decision =
  | { readonly kind: 'renewed'; readonly at: number; readonly priceRise: number; readonly seatsAdded: number }
  | { readonly kind: 'churned'; readonly at: number; readonly noticeAt: number; readonly cause: ChurnCause };

/** The whole story of a customer up to `until`. */
export interface Fate {
  readonly weeks: readonly Week[];
  readonly sponsorLeftAt: number | null;
  readonly sponsorReplacedAt: number | null;
  readonly severeCases: readonly SevereCase[];
  readonly decisions: readonly Decision[];
  /** Null: still a customer. */
  readonly churnedAt: number | null;
}

interface State {
  adoption: number;
  value: number;
  relationship: number;
  sponsorLeftAt: number | null;
  sponsorReplacedAt: number | null;
  readonly severeCases: SevereCase[];
  readonly weeks: Week[];
  readonly decisions: Decision[];
}

const day = 86_400_000;
const week = 7 * day;

/** Lives through the weeks from the deal to `until`, or to the end of the contract that is not renewed. */
export function decideFate(random: Random, profile: Profile, until: number): Fate {
  const state: State = {
    adoption: 0.05,
    value: 0.3,
    relationship: random.between(0.5, 0.75),
    sponsorLeftAt: null,
    sponsorReplacedAt: null,
    severeCases: [],
    weeks: [],
    decisions: [],
  };
  const term = profile.size === 'self-serve' ? 91 * day : 364 * day;
  let churnedAt: number | null = null;
  for (let start = profile.dealAt; start < until && churnedAt === null; start += week) {
    liveWeek(random, profile, state, start);
    const sinceDeal = start + week - profile.dealAt;
    if (sinceDeal < 63 * day || sinceDeal % term >= week) continue;
    const decision = decideRenewal(random, profile, state, start + week);
    state.decisions.push(decision);
    if (decision.kind === 'churned') churnedAt = decision.at;
  }
  const { weeks, sponsorLeftAt, sponsorReplacedAt, severeCases, decisions } = state;
  return { weeks, sponsorLeftAt, sponsorReplacedAt, severeCases, decisions, churnedAt };
}

/** One week: fate strikes or not, then each of the three states moves towards where the others push it. */
function liveWeek(random: Random, profile: Profile, state: State, start: number): void {
  const weeksIn = Math.round((start - profile.dealAt) / week);
  moveSponsor(random, state, start);
  const openSevere = state.severeCases.filter((one) => one.openedAt < start && one.resolvedAt > start).length;
  if (openSevere === 0 && weeksIn > 3 && random.chance(0.012 * (1.5 - profile.fit))) {
    const openedAt = start + random.between(0.2, 6.5) * day;
    const lasts = random.chance(0.3) ? random.between(14, 50) : random.between(0.3, 5);
    state.severeCases.push({ openedAt, resolvedAt: openedAt + lasts * day });
  }
  const orphaned = state.sponsorLeftAt !== null && state.sponsorReplacedAt === null;
  const potential = profile.onboardingFails ? 0.12 : 0.35 + 0.6 * profile.fit;
  const pull = orphaned ? 0.1 : potential * (0.55 + 0.45 * state.value);
  const speed = orphaned ? 0.14 : weeksIn < 12 ? 0.18 : 0.07;
  state.adoption = clamp(
    state.adoption + speed * (pull - state.adoption) - 0.03 * openSevere + random.around(0, 0.015),
  );
  const worth = 0.75 * profile.fit * Math.min(1, state.adoption * 1.6) + 0.25 * state.relationship;
  state.value = clamp(state.value + 0.09 * (worth - state.value) - 0.05 * openSevere + random.around(0, 0.015));
  const warmth = orphaned ? 0.2 : 0.35 + 0.5 * state.value;
  state.relationship = clamp(
    state.relationship + 0.08 * (warmth - state.relationship) - 0.06 * openSevere + random.around(0, 0.02),
  );
  const { adoption, value, relationship } = state;
  state.weeks.push({ start, adoption, value, relationship, sponsor: !orphaned, onboarding: weeksIn < 9 });
}

function moveSponsor(random: Random, state: State, start: number): void {
  if (state.sponsorLeftAt === null) {
    if (start > 0 && random.chance(0.0045)) state.sponsorLeftAt = start + random.between(0, 6) * day;
  } else if (state.sponsorReplacedAt === null && start - state.sponsorLeftAt > 28 * day && random.chance(0.045)) {
    state.sponsorReplacedAt = start + random.between(0, 6) * day;
  }
}

function decideRenewal(random: Random, profile: Profile, state: State, at: number): Decision {
  const priceRise = profile.size === 'self-serve' ? 0 : random.pick([0, 0, 0.03, 0.05, 0.05, 0.15]);
  const health = 0.45 * state.adoption + 0.35 * state.value + 0.2 * state.relationship;
  const threshold = (profile.size === 'self-serve' ? 0.24 : 0.36) + (priceRise >= 0.15 ? 0.14 : 0);
  // Health decides, with noise: some leave who were well, some stay who were not.
  if (health + random.around(0, 0.03) >= threshold && !random.chance(0.006)) {
    const grows = health > 0.5 && random.chance(0.45);
    return {
      kind: 'renewed',
      at,
      priceRise,
      seatsAdded: grows ? Math.max(1, Math.round(profile.seats * random.between(0.1, 0.35))) : 0,
    };
  }
  const noticeDays = profile.size === 'self-serve' ? 0 : random.whole(20, 45);
  return {
    kind: 'churned',
    at,
    noticeAt: at - noticeDays * day,
    cause: causeOf(profile, state, at, health, threshold, priceRise),
  };
}

function causeOf(
  profile: Profile,
  state: State,
  at: number,
  health: number,
  threshold: number,
  priceRise: number,
): ChurnCause {
  if (health >= threshold) return 'other';
  if (profile.onboardingFails) return 'never adopted';
  if (state.sponsorLeftAt !== null && state.sponsorReplacedAt === null) return 'sponsor left';
  if (state.severeCases.some((one) => one.resolvedAt - one.openedAt > 14 * day && at - one.openedAt < 200 * day)) {
    return 'unresolved problem';
  }
  return priceRise >= 0.15 ? 'price' : 'poor value';
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
