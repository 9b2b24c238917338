import { mergeSql } from '../columns/merge.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { Parameters } from '../parameters.ts';
import type { Plan } from '../plan.ts';
import { origin, type Step } from '../step.ts';

/** One row per account with events: the aggregates of every measure over the account-days of its window. */
export function measuredStep(plan: Plan, parameters: Parameters): Step {
  const states = plan.measures.map(({ measure, base, state, reach }) => {
    const merged = mergeSql(measure.aggregate, quoteIdentifier(base), reach, parameters);
    return `${merged.state} AS ${quoteIdentifier(state)}`;
  });
  return {
    name: 'measured',
    title: 'measures: account-days of each window put together',
    notes: plan.measures.map(({ measure, state, reach }) =>
      origin(state, `measures.${measure.id}${reach.until === null ? '' : ', as of its stale source'}`, measure.at),
    ),
    body: `SELECT\n  ${['account', ...states].join(',\n  ')}\nFROM slices\nGROUP BY account`,
  };
}
