import type { Expression, Type } from './expression/expression.ts';
import type { Calendar, ContactPolicy, Moment, Phase, Role } from './resolved-moments.ts';

/**
 * The engagement model after loading: every name resolved, every default written out, every condition typed.
 * Plain, frozen and serialisable; `hash` identifies its meaning. The authored form is `schema.ts`.
 * Durations are milliseconds; instants are UTC milliseconds.
 */
export interface ResolvedModel {
  readonly name: string;
  readonly hash: string;
  readonly timezone: string;
  /** What an account is in this model: a company (Segment group) or a person (B2C). */
  readonly account: 'group' | 'person';
  readonly catalog: Readonly<Record<string, Readonly<Record<string, PropertyType>>>>;
  readonly traits: {
    readonly account: Readonly<Record<string, PropertyType>>;
    readonly person: Readonly<Record<string, PropertyType>>;
  };
  readonly sources: readonly Source[];
  readonly releases: readonly Release[];
  /** First match wins; the last one may have no condition (`otherwise`). */
  readonly segments: readonly Segment[];
  readonly audiences: readonly Audience[];
  readonly outcomes: readonly Outcome[];
  readonly measures: readonly Measure[];
  readonly indicators: readonly Indicator[];
  /** Built-in indicators asked for by name that need records which do not exist yet: shown, never scored. */
  readonly awaiting: readonly { readonly id: string; readonly awaits: 'moments' | 'records'; readonly at: Place }[];
  readonly score: Score;
  readonly roles: readonly Role[];
  readonly calendars: readonly Calendar[];
  /** In the order of the lifecycle. */
  readonly phases: readonly Phase[];
  /** Null: nothing is held back. */
  readonly policy: ContactPolicy | null;
  readonly moments: readonly Moment[];
}

/** Where a thing stands in the authored YAML; printed by `explain` and linked from "why". */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type PropertyType = Extract<Type, 'number' | 'string' | 'bool' | 'time' | 'list' | 'version'>;

/** A connected system. When its newest event is older than `freshness`, what depends on it is stale. */
export interface Source {
  readonly id: string;
  readonly events: readonly string[];
  readonly freshness: number;
  readonly at: Place;
}

export interface Release {
  readonly version: string;
  readonly releasedAt: number;
}

export interface Segment {
  readonly id: string;
  readonly when: Expression | null;
  readonly touch: 'high' | 'low' | 'self';
  readonly at: Place;
}

export interface Audience {
  readonly id: string;
  readonly when: Expression;
  readonly at: Place;
}

export interface Outcome {
  readonly id: string;
  readonly on: string;
  readonly where: Expression | null;
  readonly at: Place;
}

/**
 * One number over the events of an account, as of T.
 * `window` null means "ever"; else the exact interval (T − window, T].
 * `events` null means any track, page or screen event; identify, group and alias calls never count.
 */
export interface Measure {
  readonly id: string;
  readonly at: Place;
  readonly type: Extract<Type, 'number' | 'string' | 'bool' | 'time' | 'version' | 'list' | 'series'>;
  readonly aggregate: Aggregate;
  readonly events: readonly string[] | null;
  /** Over `properties` of the event only. For `open` it filters the opening event. */
  readonly where: Expression | null;
  readonly window: number | null;
  /** Ids of the declared sources its events come from. */
  readonly sources: readonly string[];
}

/**
 * count → 0 when none; sum → 0 when none; unique → 0; days → distinct UTC calendar dates;
 * min, max, avg, latest, first, last → null when none. `first`/`last` are instants.
 * `open`: pairs opened and not closed as of T, matched by the text of `by` ("to" at the same instant closes).
 * `series`: counts of `blocks` whole blocks of `every` (multiple of a day), ending at the last UTC midnight ≤ T, oldest first.
 */
export type Aggregate =
  | { readonly kind: 'count' | 'days' | 'first' | 'last' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'avg'; readonly property: string }
  | { readonly kind: 'latest'; readonly property: string; readonly propertyType: PropertyType }
  /** Distinct people when `property` is null, else distinct texts of that property. */
  | { readonly kind: 'unique'; readonly property: string | null }
  | { readonly kind: 'open'; readonly from: string; readonly to: string; readonly by: string }
  | { readonly kind: 'series'; readonly every: number; readonly blocks: number };

export interface Indicator {
  readonly id: string;
  readonly at: Place;
  readonly domain: string;
  readonly label: string;
  readonly value: Expression;
  readonly points: Points;
  readonly weight: number;
  /** Points fade towards 50 with the age of the newest event of `fadesWith` (a `latest` measure). */
  readonly halfLife: number | null;
  readonly fadesWith: string | null;
  /** Segments it applies to; elsewhere it is `na`. Null: all. */
  readonly segments: readonly string[] | null;
  readonly sources: readonly string[];
  /** How it depends on the other accounts of the segment, if it does. */
  readonly cohort: 'percentile' | 'rate' | 'trend' | null;
  readonly evidence: string | null;
  /** Number in the table of built-in indicators, or null for the model's own. */
  readonly builtin: number | null;
}

/** How a value becomes 0–100 points. A list of at least two [x, y], x strictly rising, linear between, clamped outside. */
export type Points =
  | { readonly kind: 'polyline'; readonly points: readonly (readonly [number, number])[] }
  /** Quantiles of the segment that give 0, 50 and 100 points; fewer than 30 accounts: 50 points, not covered. */
  | { readonly kind: 'percentile'; readonly quantiles: readonly [number, number, number] }
  /** The value already is points. */
  | { readonly kind: 'direct' };

export interface Score {
  readonly domains: readonly { readonly id: string; readonly weight: number; readonly at: Place }[];
  readonly bands: {
    readonly engaged: { readonly enter: number; readonly leave: number };
    readonly disengaged: { readonly enter: number; readonly leave: number };
    readonly dwell: number;
  };
  /** A domain of at least `weight` below `below` points caps the score: such an account cannot be engaged. */
  readonly limit: { readonly weight: number; readonly below: number; readonly cap: number };
  readonly coverage: { readonly unknown: number; readonly badge: number };
  readonly hardTriggers: readonly {
    readonly id: string;
    readonly when: Expression;
    readonly cap: number;
    readonly at: Place;
  }[];
}
