import type { Expression, Type } from './expression.ts';

/** What a name stands for; 'broken' is declared but has a mistake of its own, so nothing more is said about it. */
export type Meaning =
  | { readonly kind: 'reference'; readonly type: Type; readonly name: string }
  /** Replaced by an expression where it is used. */
  | { readonly kind: 'inline'; readonly expression: Expression }
  | { readonly kind: 'broken' }
  /** A property that different events declare with different types. */
  | { readonly kind: 'ambiguous'; readonly types: readonly Type[] };

/** The word before the dot, as authored. `person` means the account of a B2C model. */
export type Prefix = 'account' | 'person' | 'properties' | 'measures' | 'indicators';

/** All names an expression may use in the place where it stands. */
export interface Names {
  /** Where it stands, for messages: "a segment's condition". */
  readonly place: string;
  readonly prefixes: Readonly<Partial<Record<Prefix, ReadonlyMap<string, Meaning>>>>;
  /** `segment`, `band`, `score`, `coverage`, `phase`, `now`, as far as known in that place. */
  readonly bare: ReadonlyMap<string, Type>;
  readonly segments: ReadonlySet<string>;
  readonly phases: ReadonlySet<string>;
  /** `rate` and `trend` may be the whole expression. */
  readonly cohortFunctions: boolean;
}

/** Bare names of the language; used to tell a misplaced name from an unknown one. */
export const bareNames: Readonly<Record<string, Type>> = {
  segment: 'string',
  band: 'string',
  score: 'number',
  coverage: 'number',
  phase: 'string',
  now: 'time',
};

/** Values of `band`. */
export const bands = ['engaged', 'neutral', 'disengaged', 'unknown'] as const;
