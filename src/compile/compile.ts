import type { Measure, ResolvedModel } from '../model/resolved.ts';
import { type BaseMeasure, baseMeasure, baseMeasures } from './base-measure.ts';
import { columnType } from './columns/reduce.ts';

/** A model ready to be asked: what its rollup keeps, and the measures that are read from it. */
export interface CompiledModel {
  readonly model: ResolvedModel;
  readonly hash: string;
  readonly rollup: { readonly columns: readonly RollupColumn[] };
  readonly measures: readonly { readonly measure: Measure; readonly column: string }[];
}

/** A column of the rollup: its name, ClickHouse type, and what it counts. */
export interface RollupColumn {
  readonly name: string;
  readonly type: string;
  readonly measure: BaseMeasure;
}

/** Compiles a model. Pure; the same model always gives the same columns and the same SQL. */
export function compile(model: ResolvedModel): CompiledModel {
  return {
    model,
    hash: model.hash,
    rollup: {
      columns: baseMeasures(model).map((measure) => ({
        name: measure.column,
        type: columnType(measure.base),
        measure,
      })),
    },
    measures: model.measures.map((measure) => ({ measure, column: baseMeasure(measure).column })),
  };
}
