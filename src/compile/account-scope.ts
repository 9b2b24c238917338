import type { Scope, Type } from '../model/expression/expression.ts';
import type { CompiledModel } from './compile.ts';
import type { SqlScope } from './expression/scope.ts';
import { quoteIdentifier } from './identifier.ts';
import { numberLiteral, type Parameters } from './parameters.ts';
import { measureColumn, traitColumn, type Vantage } from './plan.ts';

/** What the steps after `facts` share. */
export interface Seen {
  readonly compiled: CompiledModel;
  readonly vantage: Vantage;
  readonly parameters: Parameters;
}

export const noNumber = "CAST(NULL, 'Nullable(Float64)')";

/** What a condition or a value of the model sees of an account, at T or (for a stale indicator) at its heartbeat. */
export function accountScope(
  { compiled, vantage, parameters }: Seen,
  options: { at?: number; band?: string; ratePrior?: string; trendMedian?: string } = {},
): SqlScope {
  const at = options.at ?? vantage.asOf;
  return {
    parameters,
    now: () => numberLiteral(at),
    reference: (scope: Scope, name: string, type: Type): string => {
      switch (scope) {
        case 'account':
          return quoteIdentifier(traitColumn(name, type, 0).value);
        case 'measures': {
          const measure = compiled.model.measures.find(({ id }) => id === name);
          if (measure === undefined) throw new Error(`the model has no measure ${name}`);
          return quoteIdentifier(measureColumn(measure, at, vantage.asOf).value);
        }
        case 'indicators':
          return `points[${positionOf(compiled, name)}]`;
        case 'evaluation':
          return evaluationSql(name, options.band, parameters);
        case 'properties':
          throw new Error('an account has no properties');
      }
    },
    before: (trait, days, type) => quoteIdentifier(traitColumn(trait, type, days).value),
    releases: compiled.model.releases,
    ratePrior: options.ratePrior ?? noNumber,
    trendMedian: options.trendMedian ?? noNumber,
  };
}

function evaluationSql(name: string, band: string | undefined, parameters: Parameters): string {
  if (name === 'segment' || name === 'score' || name === 'coverage') return name;
  if (name === 'band' && band !== undefined) return parameters.text(band);
  throw new Error(`${name} is not known here`);
}

/** Position, from 1, of an indicator in the arrays `values`, `states` and `points`. */
export function positionOf({ model }: CompiledModel, id: string): number {
  const index = model.indicators.findIndex((indicator) => indicator.id === id);
  if (index < 0) throw new Error(`the model has no indicator ${id}`);
  return index + 1;
}
