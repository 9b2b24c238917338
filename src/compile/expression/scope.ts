import type { Release } from '../../model/resolved.ts';
import type { Scope, Type } from '../../model/expression/expression.ts';
import type { Parameters } from '../parameters.ts';

/** What an expression can see in the place where its SQL will stand. */
export interface SqlScope {
  readonly parameters: Parameters;
  /** SQL of a name; throws for a scope that cannot be seen here. */
  readonly reference: (scope: Scope, name: string, type: Type) => string;
  /** As of, Float64 milliseconds. */
  readonly now: () => string;
  /** SQL of a trait as it was `days` before now. */
  readonly before: (trait: string, days: number, type: Type) => string;
  readonly releases: readonly Release[];
  /** Nullable(Float64): towards what `rate` shrinks, by what `trend` is divided. */
  readonly ratePrior: string;
  readonly trendMedian: string;
}
