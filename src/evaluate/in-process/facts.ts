import type { CompiledModel } from '../../compile/compile.ts';
import type { Plan, TraitColumn, Vantage } from '../../compile/plan.ts';
import { traitDays } from '../../compile/queries/ingredients.ts';
import type { EvaluationScope } from '../../model/expression/evaluate.ts';
import type { Value } from '../../model/expression/expression.ts';
import type { Measure } from '../../model/resolved.ts';
import type { Ingredients, TraitState } from './ingredients.ts';
import { listOf, type Reading, readMeasure } from './merge.ts';

const dayMs = 86_400_000;

/** What everything in process looks at. */
export interface View {
  readonly compiled: CompiledModel;
  readonly vantage: Vantage;
  readonly plan: Plan;
}

/** The measures and traits of an account. */
export interface Facts {
  /** A measure as of T or as of the heartbeat of a stale source. */
  readonly reading: (measure: Measure, at: number) => Reading;
  /** What a condition or value sees as of T or a heartbeat. */
  readonly scope: (at: number) => EvaluationScope;
}

/** Measures over the slices of their windows and traits as of T, as values. */
export function factsOf(view: View, { slices, traits }: Ingredients): Facts {
  const { compiled, vantage, plan } = view;
  const positions = new Map(compiled.rollup.columns.map(({ name }, index) => [name, index]));
  // Not by the hashed name of its column: making that costs more than everything else here.
  const keyOf = ({ id }: Measure, at: number): string => `${id} ${at}`;
  const readings = new Map(
    plan.measures.map((column) => [
      keyOf(column.measure, column.reach.until ?? vantage.asOf),
      readMeasure(column, slices, positions.get(column.base) ?? -1),
    ]),
  );
  const reading = (measure: Measure, at: number): Reading => {
    const found = readings.get(keyOf(measure, at));
    if (found === undefined) throw new Error(`measure ${measure.id} was not read as of ${at}`);
    return found;
  };
  const days = traitDays(plan);
  const trait = (column: TraitColumn): Value =>
    traitValue(column, traits.get(column.name)?.[days.indexOf(column.days)] ?? null);
  const account = Object.fromEntries(
    plan.traits.filter((column) => column.days === 0).map((column) => [column.name, trait(column)]),
  );
  const scopes = new Map<number, EvaluationScope>();
  const scope = (at: number): EvaluationScope => {
    const known = scopes.get(at);
    if (known !== undefined) return known;
    const read = plan.measures.filter(({ reach }) => (reach.until ?? vantage.asOf) === at);
    const made: EvaluationScope = {
      now: at,
      account,
      // Traits are read as of T, also for an indicator that looks from an earlier heartbeat.
      accountAt: (name, time) => {
        const column = plan.traits.find((one) => one.name === name && at - one.days * dayMs === time);
        return column === undefined ? null : trait(column);
      },
      measures: Object.fromEntries(read.map(({ measure }) => [measure.id, reading(measure, at).value])),
      releases: compiled.model.releases,
    };
    scopes.set(at, made);
    return made;
  };
  return { reading, scope };
}

/** The value of a trait, null when it is not known or was removed. */
function traitValue({ type }: TraitColumn, state: TraitState | null): Value {
  if (state === null || state[3] !== 1) return null;
  const [text, number, moment] = state;
  switch (type) {
    case 'number':
      return number;
    case 'time':
      return moment;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'list':
      return text.startsWith('[') ? listOf(text) : null;
    case 'string':
    case 'version':
      return text;
    case 'series':
      throw new Error('a trait is never a series');
  }
}
