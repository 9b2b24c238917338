/** What is computed for one account, in SQL or in process; arrays are in the order of the model. */
export interface Answer {
  readonly account: string;
  readonly segment: string;
  /** Measures by the kind of their values, see `measuresByShape`. */
  readonly numbers: readonly (number | null)[];
  readonly texts: readonly (string | null)[];
  readonly series: readonly (readonly number[])[];
  /** Of the indicators. */
  readonly values: readonly (number | null)[];
  readonly points: readonly (number | null)[];
  /** Positions in `indicatorStates`. */
  readonly states: readonly number[];
  readonly domains: readonly (number | null)[];
  readonly score: number;
  readonly coverage: number;
  readonly limits: readonly string[];
  readonly triggered: readonly string[];
  /** 1 where a test of `audienceTests` holds. */
  readonly audiences: readonly number[];
}
