import type { Type } from '../expression/expression.ts';
import { bareNames, type Meaning, type Names } from '../expression/names.ts';
import { traitMeanings, type Vocabulary } from './vocabulary.ts';

/** What the places of a model that look at a whole account may name. */
export interface AccountNames {
  readonly vocabulary: Vocabulary;
  readonly isPerson: boolean;
  readonly measures: ReadonlyMap<string, Meaning>;
  /** Null where indicators are not known yet. */
  readonly indicators: ReadonlyMap<string, Meaning> | null;
  readonly segments: ReadonlySet<string>;
  readonly phases: ReadonlySet<string>;
}

/** Names for an expression about an account; `bare` says which of segment, band, score, coverage, phase are known there. */
export function accountNames(
  place: string,
  known: AccountNames,
  bare: readonly (keyof typeof bareNames)[],
  cohortFunctions = false,
): Names {
  const account = traitMeanings(known.vocabulary);
  return {
    place,
    prefixes: {
      account,
      ...(known.isPerson ? { person: account } : {}),
      measures: known.measures,
      ...(known.indicators === null ? {} : { indicators: known.indicators }),
    },
    bare: new Map<string, Type>(['now', ...bare].map((name) => [name, bareNames[name] ?? 'string'])),
    segments: known.segments,
    phases: known.phases,
    cohortFunctions,
  };
}
