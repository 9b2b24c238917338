import type { CompiledModel } from './compile.ts';
import { cohortQuery } from './queries/cohort.ts';
import { evaluationQuery } from './queries/evaluation.ts';
import { heartbeatsQuery } from './queries/heartbeats.ts';
import { rollupDaysQuery } from './queries/rollup-days.ts';
import type { Sql } from './parameters.ts';
import type { Vantage } from './plan.ts';

/** A part of what `rapport explain` prints: a heading and SQL whose comments name the lines of the model. */
export interface Explanation {
  readonly title: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** All SQL of a model, in the order in which it runs: rollup columns, rolling up, heartbeats, cohorts, evaluation. */
export function explain(compiled: CompiledModel, asOf: number): readonly Explanation[] {
  const vantage: Vantage = {
    workspace: 'WORKSPACE',
    subject: 'account',
    asOf,
    knownAt: null,
    accounts: null,
    source: 'rollup',
    tables: { events: 'events', traits: 'traits', rollup: 'rollup_WORKSPACE' },
    stale: new Map(),
    unseen: new Set(),
    cohorts: [],
  };
  const pairs = [{ account: 'ACCOUNT', day: new Date(asOf).toISOString().slice(0, 10) }];
  const cohorts = cohortQuery(compiled, vantage);
  return [
    { title: 'Columns of the rollup: one row per account and day', sql: rollupDdl(compiled), params: {} },
    section('Rolling up account-days', rollupDaysQuery(compiled.rollup.columns, { pairs }, vantage)),
    section('When each event was seen last', heartbeatsQuery(vantage, 'event_days')),
    ...(cohorts === null ? [] : [section('What indicators compare with', cohorts)]),
    section('Evaluation', evaluationQuery(compiled, vantage)),
  ];
}

function rollupDdl({ rollup }: CompiledModel): string {
  const lines = rollup.columns.map(({ name, type, measure }) => {
    const from = measure.usedBy.map(({ id, at }) => `measures.${id} (${at.file}:${at.line})`).join(', ');
    return `  ${name} ${type} -- ${from.replaceAll(/\s/g, ' ')}`;
  });
  return ['  account String', '  day Date -- (00:00, 24:00] UTC', ...lines].join('\n');
}

function section(title: string, query: Sql): Explanation {
  return { title, sql: query.sql, params: query.params };
}
