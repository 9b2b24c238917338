import { mergeSql } from '../columns/merge.ts';
import type { CompiledModel } from '../compile.ts';
import { conditionSql } from '../expression.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { Parameters } from '../parameters.ts';
import type { Plan } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { accountScope, type Seen } from '../account-scope.ts';
import { traitValue } from './traits.ts';

/** Everybody who is known at T, with measures and traits as values: an account without events has zeros, not no row. */
export function factsStep(plan: Plan, parameters: Parameters): Step {
  const measures = plan.measures.flatMap(({ measure, base, state, value, filled, reach }) => {
    const merged = mergeSql(measure.aggregate, quoteIdentifier(base), reach, parameters);
    const column = quoteIdentifier(state);
    return [
      `${merged.value(column)} AS ${quoteIdentifier(value)}`,
      `toUInt8(${merged.filled(column)}) AS ${quoteIdentifier(filled)}`,
    ];
  });
  const ages = plan.measures
    .filter(({ measure }) => measure.aggregate.kind === 'latest')
    .map(
      ({ state, filled }) =>
        `if(${quoteIdentifier(filled)}, toFloat64(toUnixTimestamp64Milli(${quoteIdentifier(state)}.1)), NULL) AS ${quoteIdentifier(`${filled}_at`)}`,
    );
  const traits = plan.traits.map((trait) => `${traitValue(trait)} AS ${quoteIdentifier(trait.value)}`);
  return {
    name: 'facts',
    title: 'everybody known at T (any event or trait), measures and traits as values',
    notes: plan.measures.map(({ measure, value }) => origin(value, `measures.${measure.id}`, measure.at)),
    body: `SELECT\n  ${['account', ...measures, ...ages, ...traits].join(',\n  ')}\nFROM measured\nFULL JOIN traits USING account`,
  };
}

/** The segment of each account: the first whose condition holds. */
export function segmentedStep(compiled: CompiledModel, seen: Seen): Step {
  const { parameters } = seen;
  const scope = accountScope(seen);
  const branches: string[] = [];
  let otherwise = `''`;
  for (const segment of compiled.model.segments) {
    if (segment.when === null) {
      otherwise = parameters.text(segment.id);
      break;
    }
    branches.push(conditionSql(segment.when, scope), parameters.text(segment.id));
  }
  const segment = branches.length === 0 ? otherwise : `multiIf(${[...branches, otherwise].join(', ')})`;
  return {
    name: 'segmented',
    title: 'segments, first match wins',
    notes: compiled.model.segments.map(({ id, at }) => origin('segment', `segments.${id}`, at)),
    body: `SELECT *, ${segment} AS segment\nFROM facts`,
  };
}
